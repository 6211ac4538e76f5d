// Makes an authority, and a server's certificate signed by it: for those who have no authority of their own. See
// docs/how-to/secure-a-deployment.md. Needs a build: npm run build.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCertificates } from './certificates.mjs';

const USAGE = `node deploy/tls/generate.mjs --out <folder> --host <name or address> [--host …]

Writes <folder>/ca.crt and ca.key, unless they are there already, and <folder>/server.crt and server.key for these hosts.
Clients trust ca.crt. Keep ca.key somewhere else: who has it can pose as every server.
`;

const AUTHORITY = 'Slipway deployment authority';

function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' }, host: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  if (!values.out || values.host.length === 0) throw new Error('name a folder with --out, and a host with --host');
  const folder = resolve(values.out);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = (name) => ({ certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) });
  writeCertificates(AUTHORITY, files('ca'), [{ ...files('server'), hosts: values.host }]);
  process.stdout.write(`${files('ca').certificate}\n${files('server').certificate}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.message}\n`);
  process.exitCode = 2;
}
