import type { Position } from './event-store.js';

const DIGITS = 20;

/** The position of commit and prepare numbers; 20 digits hold any unsigned 64-bit number. */
export function positionOf(commit: bigint, prepare: bigint): Position {
  return `${String(commit).padStart(DIGITS, '0')}/${String(prepare).padStart(DIGITS, '0')}`;
}

/** Before the first event: the position of an empty log. */
export const START: Position = positionOf(0n, 0n);

/** The two numbers of a position. Throws TypeError for a text that is not one. */
export function parsePosition(position: Position): { commit: bigint; prepare: bigint } {
  const match = /^(\d{20})\/(\d{20})$/.exec(position);
  if (!match) throw new TypeError(`"${position}" is not a log position; it is two numbers of ${DIGITS} digits with a slash between`);
  return { commit: BigInt(match[1]!), prepare: BigInt(match[2]!) };
}
