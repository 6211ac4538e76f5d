export { DirectoryInUse } from './directory-lock.js';
export type { SecureAccess } from './security.js';
export { startEmbeddedEventStore, type EmbeddedEventStore, type EmbeddedEventStoreOptions } from './server.js';
export { UserError } from './user-rules.js';
export type { Users } from './users.js';
