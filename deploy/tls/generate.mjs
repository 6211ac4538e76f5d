// Makes an authority, and a server's certificate signed by it: for those who have no authority of their own. See
// docs/how-to/secure-a-deployment.md. Needs a build: npm run build.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAuthority, makeServerCertificate } from '@slipway/embedded-event-store';

const USAGE = `node deploy/tls/generate.mjs --out <folder> --host <name or address> [--host …]

Writes <folder>/ca.crt and ca.key, unless they are there already, and <folder>/server.crt and server.key for these hosts.
Clients trust ca.crt. Keep ca.key somewhere else: who has it can pose as every server.
`;

const AUTHORITY = 'Slipway deployment authority';
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Clients limit how long a server's certificate may live. */
const SERVER_DAYS = 397;

function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' }, host: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  if (!values.out || values.host.length === 0) throw new Error('name a folder with --out, and a host with --host');
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name) => join(folder, name);
  const until = (days) => ({ from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + days * DAY_MS) });
  if (!existsSync(file('ca.key'))) write(file('ca'), makeAuthority(AUTHORITY, until(AUTHORITY_DAYS)));
  const { publicKey } = new X509Certificate(readFileSync(file('ca.crt')));
  const issuer = { name: AUTHORITY, key: createPrivateKey(readFileSync(file('ca.key'))), publicKey };
  write(file('server'), makeServerCertificate(issuer, values.host, until(SERVER_DAYS)));
  process.stdout.write(`${file('ca.crt')}\n${file('server.crt')}\n`);
}

function write(path, { certificate, key }) {
  writeFileSync(`${path}.crt`, certificate);
  writeFileSync(`${path}.key`, key, { mode: 0o600 });
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.message}\n`);
  process.exitCode = 2;
}
