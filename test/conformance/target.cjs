const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Before all cases: unless SLIPWAY_EVENTSTORE names a server to test, starts an embedded one in a directory of its own. */
module.exports = async () => {
  if (process.env.SLIPWAY_EVENTSTORE) return;
  // Built, and here instead of in a test file: it shares generated code with one of the clients.
  const { startEmbeddedEventStore } = require('@slipway/embedded-event-store');
  const directory = mkdtempSync(join(tmpdir(), 'slipway-conformance-'));
  const server = await startEmbeddedEventStore({ directory });
  process.env.SLIPWAY_EVENTSTORE = server.connectionString;
  globalThis.stopConformanceTarget = async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  };
};
