import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { patiently } from './patiently.js';
import type { Session } from './session.js';

/** What is quick is seen quickly; later on, twice a second and more is enough for people. */
const LOOK_FIRST_AFTER_MS = 25;
const LOOK_EVERY_MS = 400;

/** What is followed, and how it is told. */
export interface Followed<T> {
  /** @param after ask for an answer that reflects this position */
  readonly look: (after: string) => Promise<T>;
  /** How far it is, in a line for people. */
  readonly progress: (state: T) => string;
  readonly ended: (state: T) => boolean;
}

/**
 * Follows something to its end, telling each change. A service that does not answer for a while is asked again.
 * @param from position of the command that began it
 * @throws SlipwayError TIMED_OUT; it goes on by itself, of course.
 */
export async function follow<T>(session: Session, from: string, { look, progress, ended }: Followed<T>): Promise<T> {
  const deadline = Date.now() + session.patienceMs;
  let told: string | undefined;
  for (let pause = LOOK_FIRST_AFTER_MS; ; pause = Math.min(LOOK_EVERY_MS, pause * 2)) {
    const state = await patiently(() => look(from), deadline);
    const line = progress(state);
    if (line !== told) session.output.say(line);
    told = line;
    if (ended(state)) return state;
    const left = deadline - Date.now();
    if (left <= 0) throw new SlipwayError('TIMED_OUT', `after ${session.patienceMs / 1_000} s: ${line}; it goes on, only the waiting ended`);
    await sleep(Math.min(pause, left));
  }
}
