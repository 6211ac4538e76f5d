import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a file in place as a whole or not at all, also where the disk is full or power fails; for its owner alone, whatever was there.
 * Throws Node's error, and then the file is as it was.
 */
export function writePrivateFile(file: string, content: string): void {
  // Of its own name: no other writer's, and none that a crash left with another mode.
  const draft = `${file}.${randomUUID()}.new`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(file));
}

/** A rename is on disk only when its folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
