import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '@slipway/process-runner';

/** What `npm start` leaves in its data directory, so that the command line finds the platform, and a later start its ports. */
export interface PlatformFile {
  readonly nats: string;
  /** Folder with the keys for the bus. */
  readonly natsKeys: string;
  /** Its connection string, without user and password. */
  readonly eventStore: string;
  /** Folder with the passwords for it. Missing in a file of a version without users. */
  readonly eventStoreKeys?: string;
  /** Where people and the command line reach it: `http://127.0.0.1:7070`. */
  readonly gateway: string;
  /** Missing where a process can't be told from a later one with its id. */
  readonly launcher?: ProcessIdentity;
}

const NAME = 'platform.json';

export function readPlatformFile(data: string): PlatformFile | undefined {
  const file = join(data, NAME);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PlatformFile) : undefined;
}

export function writePlatformFile(data: string, content: PlatformFile): void {
  const file = join(data, NAME);
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removePlatformFile(data: string): void {
  rmSync(join(data, NAME), { force: true });
}
