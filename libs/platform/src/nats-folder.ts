import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BusIdentity, natsConfig, type NatsSettings, newSeed, publicKey } from '@slipway/messaging';
import { writePrivateFile } from '@slipway/process-runner';
import { privateFolder } from './private-folder.js';

/** File of an identity's secret key, in a folder of keys. */
export const seedFile = (keys: string, identity: string): string => join(keys, `${identity}.seed`);

export const keysFolder = (directory: string): string => join(directory, 'keys');

/**
 * Writes `nats.conf` into a folder that only its owner enters, and `keys/<identity>.seed` for each identity that has no
 * key yet. To change a key, delete its file and write the folder again.
 * @returns the configuration's path
 * @throws SlipwayError CONFIG_INVALID
 */
export function writeNatsFolder(directory: string, identities: readonly BusIdentity[], settings: NatsSettings): string {
  const keys = keysFolder(directory);
  for (const folder of [directory, keys]) privateFolder(folder);
  const file = join(directory, 'nats.conf');
  writePrivateFile(file, natsConfig(identities, (identity) => keyOf(seedFile(keys, identity)), settings));
  return file;
}

function keyOf(file: string): string {
  if (!existsSync(file)) writePrivateFile(file, `${newSeed()}\n`);
  chmodSync(file, 0o600);
  return publicKey(readFileSync(file, 'ascii').trim(), file);
}
