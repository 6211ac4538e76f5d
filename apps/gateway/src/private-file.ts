import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
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

/** Puts a file in place as a whole or not at all, durable, for its owner only. */
export function writePrivateFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}.new`;
  // One left by a crash may have another mode.
  rmSync(draft, { force: true });
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
