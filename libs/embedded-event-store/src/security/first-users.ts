import { join } from 'node:path';

import { ADMINS, OPS } from './may-do.js';
import { randomPassword } from './password.js';
import { writeWholeFile } from '../storage/private-file.js';
import type { Users } from './users.js';

/** In the data directory: the users that the first start made, with their passwords, for their owner only. */
export const FIRST_USERS_FILE = 'first-users.json';

/**
 * Makes the users `admin` and `ops` in a store without an administrator. The file is written first: a crash in between leaves
 * passwords that nobody has, and the next start makes others.
 */
export async function makeFirstUsers(users: Users, directory: string): Promise<void> {
  if (users.list().some(({ groups }) => groups.includes(ADMINS))) return;
  const [admin, ops] = [randomPassword(), randomPassword()];
  writeWholeFile(join(directory, FIRST_USERS_FILE), `${JSON.stringify({ admin, ops }, null, 2)}\n`);
  // The administrator comes last: as long as there is none, this was not done to its end.
  if (!users.list().some(({ name }) => name === 'ops')) await users.add('ops', ops, [OPS], 'Event Store Operations');
  else await users.setPassword('ops', ops);
  await users.add('admin', admin, [ADMINS], 'Event Store Administrator');
}
