import type { DomainEvent, Reason } from '@slipway/kernel';

/** One sentence for each event type of a context; the compiler refuses a type that was forgotten. */
export type Sentences<E extends DomainEvent> = {
  readonly [T in E['type']]: (data: Extract<E, { type: T }>['data']) => string;
};

const DIGITS = 12;

/** `sha256:` and 12 hex digits of a digest; 12 of a commit. Enough for people, who compare by eye. */
export function short(digest: string): string {
  const colon = digest.indexOf(':') + 1;
  return digest.slice(0, colon + DIGITS);
}

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'none';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 commit`, `2 commits`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `CODE: message; CODE: message`. */
export const because = (reasons: readonly Reason[]): string => reasons.map(({ code, message }) => `${code}: ${message}`).join('; ');
