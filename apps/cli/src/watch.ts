import { setTimeout as sleep } from 'node:timers/promises';
import { patiently } from './patiently.js';
import type { Session } from './session.js';

const LOOK_EVERY_MS = 500;

/** Shows the answer of a question; with `watch`, again whenever it changes, until Ctrl-C. */
export async function showOrWatch<T>(session: Session, watch: boolean | undefined, look: () => Promise<T>, show: (answer: T) => void): Promise<void> {
  if (!watch) return show(await look());
  const signal = session.io.interrupted();
  let shown: string | undefined;
  while (!signal.aborted) {
    const answer = await patiently(look, Infinity, signal);
    const content = JSON.stringify(answer);
    if (content !== shown) {
      session.output.clear();
      show(answer);
    }
    shown = content;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined); // Aborted: the loop ends.
  }
}
