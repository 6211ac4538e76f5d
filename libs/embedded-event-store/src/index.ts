export { DirectoryInUse } from './directory-lock.js';
export { startEmbeddedEventStore, type EmbeddedEventStore, type EmbeddedEventStoreOptions } from './server.js';
