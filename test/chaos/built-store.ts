import { dirname, join } from 'node:path';

// By a name and not in place: Nx takes a literal for lazy loading and then forbids to import the package anywhere else.
const PACKAGE = '@slipway/embedded-event-store';

/** A file of the built event store, also one that its exports do not name. */
export function builtStoreFile(name: string): string {
  return join(dirname(require.resolve(PACKAGE)), name);
}
