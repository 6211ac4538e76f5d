import type { StreamFilter } from './event-store.js';

/** EventStoreDB keeps its own streams under this prefix. */
const SYSTEM_PREFIX = '$';

/** Whether a stream passes a filter; without one, every stream does but system ones. */
export function matches(stream: string, filter?: StreamFilter): boolean {
  return filter ? filter.prefixes.some((prefix) => stream.startsWith(prefix)) : !stream.startsWith(SYSTEM_PREFIX);
}
