import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';

import { checkFile, type CheckReport } from './check-store.js';
import { lockDirectory } from '../storage/directory-lock.js';
import { OperationFailed } from './operation-failed.js';
import { eventsFile, syncFile } from '../storage/store-file.js';

/** Files that a data directory may hold and still be empty: the lock, and what an interrupted restore left. */
const HARMLESS = /^(lock\.db(-journal)?|events\.db\.partial)$/;

/** Throws OperationFailed unless a directory is absent or holds no store. */
function requireEmpty(directory: string): void {
  const entries = existsSync(directory) ? readdirSync(directory).filter((name) => !HARMLESS.test(name)) : [];
  if (entries.length > 0) throw new OperationFailed(`${directory} is not empty: it holds ${entries.slice(0, 3).join(', ')}`, { kind: 'conflict' });
}

/** Makes a data directory from a backup that passes the check. Throws DirectoryInUse or OperationFailed. */
export function restoreStore(backup: string, directory: string): CheckReport {
  requireEmpty(directory);
  const report = checkFile(backup);
  if (report.findingCount > 0) throw new OperationFailed(`the backup does not pass the check: ${report.findings[0]}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  try {
    const file = eventsFile(directory);
    const partial = `${file}.partial`;
    rmSync(partial, { force: true });
    copyFileSync(backup, partial, constants.COPYFILE_EXCL);
    chmodSync(partial, 0o600);
    syncFile(partial);
    renameSync(partial, file);
    syncFile(file);
  } finally {
    lock.release();
  }
  return report;
}
