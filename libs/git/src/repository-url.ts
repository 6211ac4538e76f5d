import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** A URL or an scp-like address as it is; anything else is a local path, made absolute. */
export function normalUrl(url: string): string {
  return /^[^/]+:/.test(url) ? url : resolve(url);
}

/** Text without what stands before the `@` of any URL in it: names, passwords and tokens stay out of messages. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1');
}

/** Name of the mirror's folder. A changed token gives the same one. */
export function mirrorName(url: string): string {
  return `${createHash('sha256').update(withoutCredentials(normalUrl(url))).digest('hex').slice(0, 32)}.git`;
}
