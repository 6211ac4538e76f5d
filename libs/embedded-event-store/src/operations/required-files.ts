import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { eventsFile } from '../storage/store-file.js';
import { OperationFailed } from './operation-failed.js';

/** The events' file of a data directory. Throws OperationFailed where there is none: opening would make a new store. */
export function requireStore(directory: string): string {
  const file = eventsFile(directory);
  if (!existsSync(file)) throw new OperationFailed(`${directory} holds no event store`, { kind: 'no-store' });
  return file;
}

/** Throws OperationFailed where there is no such file, or a folder in its place. */
export function requireFile(file: string): string {
  if (!existsSync(file)) throw new OperationFailed(`there is no file ${file}`, { kind: 'no-file' });
  if (statSync(file).isDirectory()) throw new OperationFailed(`${file} is a folder`, { kind: 'invalid' });
  return file;
}

/** The absolute name of a file that can be made. Throws OperationFailed where it exists, or its folder does not. */
export function requireNew(name: string): string {
  const file = resolve(name);
  if (existsSync(file)) throw new OperationFailed(`${file} exists already`, { kind: 'conflict' });
  if (!existsSync(dirname(file))) throw new OperationFailed(`there is no folder ${dirname(file)}`, { kind: 'no-file' });
  return file;
}
