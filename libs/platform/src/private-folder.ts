import { chmodSync, mkdirSync } from 'node:fs';

/** A folder that only its owner enters, whoever made it. */
export function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}
