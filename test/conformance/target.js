const { fork } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Before all cases: unless SLIPWAY_EVENTSTORE names a server to test, starts an embedded one in a directory of its own. */
module.exports = async () => {
  if (process.env.SLIPWAY_EVENTSTORE) return;
  const directory = mkdtempSync(join(tmpdir(), 'slipway-conformance-'));
  // A process of its own: it shares generated code, which registers itself under global names, with one of the clients.
  const server = fork(join(__dirname, 'target-server.js'), [directory]);
  const ended = once(server, 'exit');
  const told = await Promise.race([once(server, 'message'), ended.then(() => undefined)]);
  if (told === undefined) throw new Error('the embedded event store did not start');
  [process.env.SLIPWAY_EVENTSTORE] = told;
  globalThis.stopConformanceTarget = async () => {
    server.disconnect();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
};
