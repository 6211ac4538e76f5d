export { DirectoryInUse } from './storage/directory-lock.js';
export type { SecureAccess } from './security/security.js';
export { startEmbeddedEventStore, type EmbeddedEventStore, type EmbeddedEventStoreOptions } from './server.js';
export { UserError } from './security/user-rules.js';
export type { Users } from './security/users.js';
