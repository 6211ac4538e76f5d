import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Puts a file in place as a whole or not at all, durable, and readable by its owner only unless `mode` says otherwise. */
export function writeWholeFile(file: string, content: string, mode = 0o600): void {
  const draft = `${file}.new`;
  // A draft left by a crash may have another mode.
  rmSync(draft, { force: true });
  const handle = openSync(draft, 'wx', mode);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
