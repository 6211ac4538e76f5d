export { DirectoryInUse } from './storage/directory-lock.js';
export { OperationFailed, operations, type Outcome } from './operations/operations.js';
export { makeAuthority, makeServerCertificate } from './security/certificate.js';
export type { SecureAccess } from './security/security.js';
export { startEmbeddedEventStore, type EmbeddedEventStore, type EmbeddedEventStoreOptions } from './server.js';
export { readPassword, withUsers } from './security/user-cli.js';
export { UserError } from './security/user-rules.js';
export type { Users } from './security/users.js';
