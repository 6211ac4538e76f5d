export { assertionKeyFiles, signerFromFile } from './assertion-keys.js';
export type { ManagedProcess } from './managed-process.js';
export { seedFile, writeNatsFolder } from './nats-folder.js';
export { type LoneNats, startNats } from './nats-server.js';
export { Platform, type PlatformOptions } from './platform.js';
export { type PlatformFile, readPlatformFile } from './platform-file.js';
export { freePort } from './ports.js';
export { ROOT } from './root.js';
export { type Connections, eventStoreDirectory, type Service, SERVICES } from './services.js';
