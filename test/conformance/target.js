const { fork } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { createServer } = require('node:http');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Starts an embedded event store in a process of its own: it shares generated code, which registers itself under global names, with one of the clients. */
async function startServer(options) {
  const server = fork(join(__dirname, 'target-server.js'), [JSON.stringify(options)]);
  const ended = once(server, 'exit');
  const told = await Promise.race([once(server, 'message'), ended.then(() => undefined)]);
  if (told === undefined) throw new Error('the embedded event store did not start');
  const stop = async () => {
    server.disconnect();
    await ended;
  };
  return { ...told[0], stop };
}

/** The secure server's connection string, with the password that its first start made up. */
function asAdministrator({ connectionString, firstUsersFile }) {
  const { admin } = JSON.parse(readFileSync(firstUsersFile, 'utf8'));
  return connectionString.replace('://', `://admin:${encodeURIComponent(admin)}@`);
}

/** Restarts on every request: a command that restarts the server can reach this from whichever process runs the cases. */
async function listenForRestarts(restart) {
  const listener = createServer((_request, response) => {
    restart().then(
      () => response.writeHead(204).end(),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return listener;
}

/** A server that starts again on its port. */
async function startRestartable(options) {
  let server = await startServer(options);
  const { port, connectionString } = server;
  return {
    connectionString,
    restart: async () => {
      await server.stop();
      server = await startServer({ ...options, port });
    },
    stop: () => server.stop(),
  };
}

/**
 * Before all cases: unless SLIPWAY_EVENTSTORE names a server to test, starts embedded ones in directories of their own.
 * Link streams cost a server several events for one, so that only one of them keeps these.
 */
module.exports = async () => {
  if (process.env.SLIPWAY_EVENTSTORE) return;
  const directory = mkdtempSync(join(tmpdir(), 'slipway-conformance-'));
  const plain = await startRestartable({ directory: join(directory, 'plain') });
  const projecting = await startRestartable({ directory: join(directory, 'projecting'), systemProjections: true });
  const secure = await startServer({ directory: join(directory, 'secure'), tls: true });
  const restarts = await listenForRestarts(() => Promise.all([plain.restart(), projecting.restart()]));
  process.env.SLIPWAY_EVENTSTORE = plain.connectionString;
  process.env.SLIPWAY_EVENTSTORE_PROJECTING = projecting.connectionString;
  process.env.SLIPWAY_EVENTSTORE_SECURE = asAdministrator(secure);
  process.env.SLIPWAY_EVENTSTORE_RESTART = `"${process.execPath}" "${join(__dirname, 'target-restart.js')}" http://127.0.0.1:${restarts.address().port}/`;
  globalThis.stopConformanceTarget = async () => {
    restarts.close();
    await Promise.all([plain.stop(), projecting.stop(), secure.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
};
