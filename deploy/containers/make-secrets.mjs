// Makes the keys and certificates that compose.yaml asks for: an authority, certificates for the bus and the gateway, the bus'
// configuration and seeds, and the key pair of assertions. What is there already is kept. Needs a build: npm run build.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { platformIdentities } from '@slipway/messaging';
import { SERVICES, writeNatsFolder } from '@slipway/platform';
import { writeCertificates } from '../tls/certificates.mjs';

const USAGE = `node deploy/containers/make-secrets.mjs [options]

  --out <folder>   (default: deploy/containers/secrets)
  --host <name>    how people reach the gateway; may be repeated (default: localhost)
`;
const HERE = dirname(fileURLToPath(import.meta.url));
/** Where the containers have them; see compose.yaml. */
const NATS = { host: '0.0.0.0', port: 4222, tls: { cert: '/run/secrets/nats-certificate', key: '/run/secrets/nats-key' } };

/** One authority for the bus and the gateway. Put certificates of your own in place of the gateway's where browsers come. */
function certificates(folder, hosts) {
  const files = (name) => ({ certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) });
  const missing = [{ ...files('nats'), hosts: ['nats'] }, { ...files('gateway'), hosts }].filter(({ certificate }) => !existsSync(certificate));
  // With nothing to sign, the authority's key may be elsewhere.
  if (missing.length > 0) writeCertificates('Slipway authority', files('ca'), missing);
}

function assertionKeys(folder) {
  if (existsSync(join(folder, 'assertion.pem'))) return;
  execFileSync(process.execPath, [join(HERE, '../keys/generate.mjs'), join(folder, 'assertion')], { stdio: 'pipe' });
}

/** One file for each service, so that each can have a user of its own. */
function eventStoreEnvironments(folder) {
  for (const service of SERVICES) {
    const file = join(folder, `${service}.env`);
    if (!existsSync(file)) writeFileSync(file, `SLIPWAY_EVENTSTORE=esdb://slipway-${service}:PASSWORD@event-store:2113?tls=true&tlsCAFile=/run/secrets/event-store-ca\n`, { mode: 0o600 });
  }
}

function main() {
  process.umask(0o077);
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(HERE, 'secrets') }, host: { type: 'string', multiple: true, default: ['localhost'] }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  const out = resolve(values.out);
  const folder = (name) => {
    mkdirSync(join(out, name), { recursive: true, mode: 0o700 });
    chmodSync(join(out, name), 0o700);
    return join(out, name);
  };
  certificates(folder('tls'), values.host);
  writeNatsFolder(folder('nats'), platformIdentities(), NATS);
  assertionKeys(folder('assertion'));
  eventStoreEnvironments(folder('event-store'));
  folder('deployment');
  process.stdout.write(`${out}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`make-secrets: ${error.stderr?.toString() || error.message}\n`);
  process.exitCode = 1;
}
