import type { Passwords } from './passwords.js';

/** What there is to know about users and rights without the client, which takes a while to load. */
export { type Credentials, hasCredentials, withCredentials } from './connection-string.js';
export { EVENT_STORE_IDENTITIES, type EventStoreIdentity, userOf } from './rights.js';
export { newPassword, type Passwords } from './passwords.js';

/** See set-up-access.ts. Loads the client. */
export async function setUpAccess(administrator: string, passwords: Passwords): Promise<void> {
  const { setUpAccess: setUp } = await import('./set-up-access.js');
  await setUp(administrator, passwords);
}
