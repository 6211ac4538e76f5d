import { createHash } from 'node:crypto';

const LENGTH = 5;

/** Five characters of `[a-z0-9]` that follow from a command's id: a repeated request names the same release. */
export function releaseToken(commandId: string): string {
  const digest = BigInt(`0x${createHash('sha256').update(commandId).digest('hex')}`);
  // The last digits in base 36 are evenly spread; the first ones are not.
  return digest.toString(36).slice(-LENGTH);
}
