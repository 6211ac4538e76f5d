import { createHash } from 'node:crypto';

/**
 * The id of the nth command (from 0) of one run: the given id, and UUIDs (version 5) derived from it, so that the whole
 * run can be repeated under one `--command-id`.
 */
export function nthCommandId(first: string, n: number): string {
  if (n === 0) return first;
  const bytes = createHash('sha1').update(`${first}/${n}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
