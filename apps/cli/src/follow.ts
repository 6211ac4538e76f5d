import { SlipwayError } from '@slipway/kernel';
import { patiently } from './patiently.js';
import type { Session } from './session.js';
import { WakeUp } from './wake-up.js';

const LOOK_EVERY_MS = 2_000;

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
  const { wakeUp, close } = await WakeUp.on(session);
  let told: string | undefined;
  try {
    for (;;) {
      const state = await patiently(() => look(later(from, wakeUp.position)), deadline);
      const line = progress(state);
      if (line !== told) session.output.say(line);
      told = line;
      if (ended(state)) return state;
      const left = deadline - Date.now();
      if (left <= 0) throw new SlipwayError('TIMED_OUT', `after ${session.patienceMs / 1_000} s: ${line}; it goes on, only the waiting ended`);
      await wakeUp.wait(Math.min(LOOK_EVERY_MS, left));
    }
  } finally {
    close();
  }
}

const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);
