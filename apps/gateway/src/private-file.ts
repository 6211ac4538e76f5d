import { readFileSync, statSync } from 'node:fs';
import { SlipwayError } from '@slipway/kernel';

const OTHERS_MAY = 0o077;

/** @throws SlipwayError CONFIG_INVALID when it can't be read, or when others may read or write it */
export function readPrivateFile(file: string, what: string): string {
  try {
    if ((statSync(file).mode & OTHERS_MAY) === 0) return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `${what} can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
  throw new SlipwayError('CONFIG_INVALID', `others may read or write ${file}, ${what}: chmod 600 it`);
}
