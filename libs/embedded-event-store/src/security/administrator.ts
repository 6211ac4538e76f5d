import { openStore } from '../storage/store.js';
import { ADMINS } from './may-do.js';
import { keepToOwner } from './security.js';
import { Users } from './users.js';

/**
 * Makes an administrator, or gives the user of that name a new password and $admins, in a data directory that no server has open.
 * A directory without a store gets one; its server then makes no first users. Throws DirectoryInUse or UserError.
 */
export async function ensureAdministrator(directory: string, name: string, password: string): Promise<void> {
  const store = openStore(directory);
  try {
    keepToOwner(directory);
    const users = new Users(store);
    const known = users.list().find((user) => user.name === name);
    if (known === undefined) return await users.add(name, password, [ADMINS]);
    await users.setPassword(name, password);
    await users.setDisabled(name, false);
    await users.update(name, [...known.groups, ADMINS]);
  } finally {
    store.close();
  }
}
