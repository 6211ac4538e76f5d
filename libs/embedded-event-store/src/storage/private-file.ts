import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a file in place as a whole or not at all, also where the disk is full or power fails; readable by its owner only unless `mode`
 * says otherwise. The same as libs/process-runner/src/write-private-file.ts: this server stands alone.
 */
export function writeWholeFile(file: string, content: string, mode = 0o600): void {
  // Of its own name: no other writer's, and none that a crash left with another mode.
  const draft = `${file}.${randomUUID()}.new`;
  try {
    writeFileSync(draft, content, { mode, flag: 'wx', flush: true });
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
