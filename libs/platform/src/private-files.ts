import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';

/** A folder that only its owner enters, whoever made it. */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Whole or not at all, and for its owner alone. */
export function writePrivately(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
