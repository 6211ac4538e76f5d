/** Shorter ones would be found in any text. */
const SHORTEST = 4;

/**
 * A text without the secrets: it goes into the log of events, which nobody can take it out of again. Each line of a
 * secret is looked for by itself, since the end of an output may begin in the middle of one.
 */
export function redact(text: string, secrets: Iterable<string>): string {
  const parts = [...secrets].flatMap((secret) => [secret, ...secret.split('\n')]).filter((part) => part.trim().length >= SHORTEST);
  // The longest first, so that a secret that holds another one is replaced as a whole.
  return parts.sort((a, b) => b.length - a.length).reduce((safe, part) => safe.replaceAll(part, '[secret]'), text);
}
