import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';

import { AccessRules } from './access-rules.js';
import { Authenticator } from './authenticator.js';
import { loadCertificates } from './certificate-files.js';
import { FIRST_USERS_FILE, makeFirstUsers } from './first-users.js';
import { Gate } from './gate.js';
import type { Refusal } from './refusal.js';
import type { Store } from '../storage/store.js';
import type { TlsKeys } from '../transport/listener.js';
import { Users } from './users.js';

/** How a server is reached, and who may do what there. */
export interface Security {
  readonly gate: Gate;
  /** Absent without TLS. */
  readonly tls?: TlsKeys;
  /** Behind the address in a connection string. */
  readonly connectionOptions: string;
  /** Absent without TLS. */
  readonly access?: SecureAccess;
}

/** What the owner of a server with TLS works with. */
export interface SecureAccess {
  /** The certificate that clients have to trust (`tlsCAFile`). */
  readonly caFile: string;
  /** JSON with the passwords of `admin` and `ops` as the first start made them. Delete it once they are changed. */
  readonly firstUsersFile: string;
  /** Changes count at once. */
  readonly users: Users;
}

export interface SecurityOptions {
  readonly directory: string;
  readonly host: string;
  readonly tls: boolean;
  readonly allowAnonymous: boolean;
  readonly refused: (refusal: Refusal) => void;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** Throws for a server that strangers could reach and do as they like. */
export async function openSecurity(store: Store, { directory, host, tls, allowAnonymous, refused }: SecurityOptions): Promise<Security> {
  if (!tls) {
    if (!LOOPBACK.test(host)) throw new Error(`without TLS the event store listens on loopback only, not on ${host}`);
    return { gate: new Gate(), connectionOptions: 'tls=false' };
  }
  const { caFile, certificate, key } = loadCertificates(directory, host);
  keepToOwner(directory);
  const users = new Users(store);
  await makeFirstUsers(users, directory);
  const authenticator = new Authenticator(users, (user) => refused({ user, operation: 'sign-in' }));
  return {
    gate: new Gate({ users, authenticator, rules: new AccessRules(store), allowAnonymous, refused }),
    tls: { cert: certificate, key },
    connectionOptions: `tls=true&tlsCAFile=${encodeURIComponent(caFile)}`,
    access: { caFile, firstUsersFile: join(directory, FIRST_USERS_FILE), users },
  };
}

/** The database holds the hashes of passwords now, and the directory may be one that others can look into. */
export function keepToOwner(directory: string): void {
  for (const file of ['events.db', 'events.db-wal', 'events.db-shm'].map((name) => join(directory, name))) {
    if (existsSync(file)) chmodSync(file, 0o600);
  }
}
