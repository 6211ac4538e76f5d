import { setTimeout as sleep } from 'node:timers/promises';
import { patiently } from './patiently.js';
import type { Session } from './session.js';
import { WakeUp } from './wake-up.js';

const LOOK_EVERY_MS = 5_000;
/** Facts come in bursts. */
const SETTLE_MS = 100;

/** Shows the answer of a question; with `watch`, again whenever it changes, until Ctrl-C. */
export async function showOrWatch<T>(session: Session, watch: boolean | undefined, look: () => Promise<T>, show: (answer: T) => void): Promise<void> {
  if (!watch) return show(await look());
  const signal = session.io.interrupted();
  const { wakeUp, close } = await WakeUp.on(session);
  let shown: string | undefined;
  try {
    while (!signal.aborted) {
      const answer = await patiently(look, Infinity, signal);
      const content = JSON.stringify(answer);
      if (content !== shown) {
        session.output.clear();
        show(answer);
      }
      shown = content;
      await wakeUp.wait(LOOK_EVERY_MS, signal);
      await sleep(SETTLE_MS);
    }
  } finally {
    close();
  }
}
