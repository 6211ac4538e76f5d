// Makes the keys and certificates that compose.yaml asks for: an authority, certificates for the bus and the gateway, the bus'
// configuration and seeds, and the key pair of assertions. What is there already is kept. Needs a build, and openssl.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeSigningKey } from '@slipway/identity';
import { platformIdentities } from '@slipway/messaging';
import { SERVICES, writeNatsFolder } from '@slipway/platform';

const USAGE = `node deploy/containers/make-secrets.mjs [options]

  --out <folder>   (default: deploy/containers/secrets)
  --host <name>    how people reach the gateway; may be repeated (default: localhost)
`;
const DAYS = '397';
/** Where the containers have them; see compose.yaml. */
const NATS = { host: '0.0.0.0', port: 4222, tls: { cert: '/run/secrets/nats-certificate', key: '/run/secrets/nats-key' } };

const openssl = (folder, ...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** One authority for the bus and the gateway. Put certificates of your own in place of the gateway's where browsers come. */
function certificates(folder, hosts) {
  if (!existsSync(join(folder, 'ca.pem'))) {
    openssl(folder, 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650', '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=Slipway authority');
  }
  for (const [name, names] of [['nats', ['nats']], ['gateway', hosts]]) {
    if (existsSync(join(folder, `${name}.pem`))) continue;
    writeFileSync(join(folder, 'names'), `subjectAltName=${names.map((each) => `${/^[\d.]+$|:/.test(each) ? 'IP' : 'DNS'}:${each}`).join(',')}\n`);
    openssl(folder, 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}-key.pem`, '-out', 'request', '-subj', `/CN=${names[0]}`);
    openssl(folder, 'x509', '-req', '-in', 'request', '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', DAYS, '-extfile', 'names', '-out', `${name}.pem`);
  }
  for (const rest of ['names', 'request']) rmSync(join(folder, rest), { force: true });
}

function assertionKeys(folder) {
  if (existsSync(join(folder, 'assertion.pem'))) return;
  const { privatePem, publicPem } = makeSigningKey();
  writeFileSync(join(folder, 'assertion.pub.pem'), publicPem);
  writeFileSync(join(folder, 'assertion.pem'), privatePem, { mode: 0o600 });
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
  const here = dirname(fileURLToPath(import.meta.url));
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(here, 'secrets') }, host: { type: 'string', multiple: true, default: ['localhost'] }, help: { type: 'boolean', short: 'h', default: false } } });
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
