// Writes the configuration of a nats-server for Slipway, and a key for each service and team. See docs/reference/bus.md.
// Needs a build: npm run build.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { platformIdentities, teamIdentity } from '@slipway/messaging';
import { writeNatsFolder } from '@slipway/platform';

const USAGE = `node deploy/nats/generate.mjs --out <folder> [options]

Writes <folder>/nats.conf, and <folder>/keys/<name>.seed for each service, for the gateway, and for the teams' accounts.
Keys that are there already are kept; delete a file to get a new key.

  --out <folder>             made with mode 0700
  --host <address>           where the server listens (default: 127.0.0.1)
  --port <number>            (default: 4222)
  --development <workspace>  an account of its own for a development workspace; may be repeated
  --managed <workspace>      an account of its own for a managed workspace; may be repeated
  --tls-cert <file>          PEM; needed unless the address is a loopback one
  --tls-key <file>
  --tls-ca <file>            clients, too, must show a certificate of this authority
`;

function main() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '4222' },
      development: { type: 'string', multiple: true, default: [] },
      managed: { type: 'string', multiple: true, default: [] },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-ca': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const { out, host, development, managed, 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca } = values;
  const port = Number(values.port);
  if (!out) throw new Error('name a folder with --out');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('--port must be a number from 1 to 65535');
  if (!cert !== !key || (ca && !cert)) throw new Error('--tls-cert and --tls-key belong together, and --tls-ca to both');
  const workspaces = [...development.map((name) => teamIdentity('development', name)), ...managed.map((name) => teamIdentity('managed', name))];
  const identities = [...new Map([...platformIdentities(), ...workspaces].map((identity) => [identity.name, identity])).values()];
  const tls = cert && { cert: resolve(cert), key: resolve(key), ...(ca && { ca: resolve(ca) }) };
  const file = writeNatsFolder(resolve(out), identities, { host, port, ...(tls && { tls }) });
  process.stdout.write(`${file}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.code ? `${error.code}: ` : ''}${error.message}\n`);
  process.exitCode = 2;
}
