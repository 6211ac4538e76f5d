import { renameSync, rmSync, writeFileSync } from 'node:fs';

import { checkFile, type CheckReport } from './check-store.js';
import { OperationFailed } from './operation-failed.js';
import { requireNew, requireStore } from './required-files.js';
import { openForReading, syncFile } from '../storage/store-file.js';

/**
 * Writes a data directory's events into one file, also while a server uses the directory: the copy shows one moment and
 * everything acknowledged before it. The file appears under its name only when it is whole, checked and synced.
 */
export function backupStore(directory: string, target: string): CheckReport {
  const source = requireStore(directory);
  const file = requireNew(target);
  const partial = `${file}.partial`;
  rmSync(partial, { force: true });
  try {
    // It holds all that the store holds, password hashes too, so nobody else may read it at any moment.
    writeFileSync(partial, '', { flag: 'wx', mode: 0o600 });
    copyInto(source, partial);
    const report = checkFile(partial);
    if (report.findingCount > 0) throw new OperationFailed(`the copy has findings, so the store has: ${report.findings[0]}`);
    syncFile(partial);
    renameSync(partial, file);
    syncFile(file);
    return report;
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Unlike SQLite's page-wise backup this never has to begin again under a busy writer, and the copy has no free pages. */
function copyInto(source: string, target: string): void {
  const db = openForReading(source);
  try {
    db.prepare('VACUUM INTO ?').run(target);
  } catch (error) {
    throw new OperationFailed(`cannot write ${target}: ${(error as Error).message}`, { cause: error });
  } finally {
    db.close();
  }
}
