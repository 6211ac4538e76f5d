import { createHash } from 'node:crypto';
import { canonicalJson } from '@slipway/kernel';

/** `sha256:<64 hex digits>` over the canonical JSON of a value: equal values have equal digests, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
