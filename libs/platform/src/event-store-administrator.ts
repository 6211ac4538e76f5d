import { ensureAdministrator } from '@slipway/embedded-event-store';
import { newPassword, userOf } from '@slipway/event-store/access';
import { ADMINISTRATOR, type EventStoreAccess, passwordFolder } from './event-store-keys.js';

/** In a data directory that no server has open: whoever owns the files makes the administrator. Loads the database. */
export async function makeAdministrator(directory: string, { eventStoreKeys }: EventStoreAccess): Promise<void> {
  const password = newPassword();
  await ensureAdministrator(directory, userOf(ADMINISTRATOR), password);
  passwordFolder(eventStoreKeys).keep(ADMINISTRATOR, password);
}
