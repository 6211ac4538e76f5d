import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStoreIdentity, type Passwords, userOf, withCredentials } from '@slipway/event-store/access';
import { SlipwayError } from '@slipway/kernel';
import { writePrivateFile } from '@slipway/process-runner';
import { privateFolder } from './private-folder.js';

/** An event store, and the folder with the passwords of its users. */
export interface EventStoreAccess {
  /** A connection string without user and password: it is shown and kept. */
  readonly eventStore: string;
  /** `<identity>.password` for each service, and for `operator`, which reads. */
  readonly eventStoreKeys: string;
}

/** Who sets the event store up: a member of $admins. No service has this password. */
export const ADMINISTRATOR = 'admin';

export const passwordFile = (keys: string, identity: string): string => join(keys, `${identity}.password`);

/** The passwords in a folder that only its owner enters. To change one, delete its file and set the event store up again. */
export function passwordFolder(keys: string): Passwords {
  privateFolder(keys);
  return {
    get: (identity) => readPassword(passwordFile(keys, identity)),
    keep: (identity, password) => writePrivateFile(passwordFile(keys, identity), `${password}\n`),
  };
}

/** How an identity gets in. It holds the password: neither show nor keep it. @throws SlipwayError CONFIG_INVALID */
export function eventStoreAddress({ eventStore, eventStoreKeys }: EventStoreAccess, identity: EventStoreIdentity | typeof ADMINISTRATOR): string {
  const file = passwordFile(eventStoreKeys, identity);
  const password = readPassword(file);
  if (!password) throw new SlipwayError('CONFIG_INVALID', `there is no password in ${file}; node deploy/event-store/set-up.mjs makes the event store's users and these files`);
  return withCredentials(eventStore, { user: userOf(identity), password });
}

function readPassword(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}
