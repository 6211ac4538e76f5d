// Makes the key with which the gateway vouches for callers, and the public one that services believe. Needs a build: npm run build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeSigningKey } from '@slipway/identity';

const USAGE = `node deploy/keys/generate.mjs <file>

Writes <file>.pem (the private key, mode 0600) and <file>.pub.pem. Files that are there are not overwritten.
`;

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  if (positionals.length !== 1) throw new Error('name the file, without its ending');
  const file = resolve(positionals[0]);
  const { privatePem, publicPem } = makeSigningKey();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.pem`, privatePem, { mode: 0o600, flag: 'wx' });
  writeFileSync(`${file}.pub.pem`, publicPem, { flag: 'wx' });
  process.stdout.write(`${file}.pem\n${file}.pub.pem\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.message}\n`);
  process.exitCode = 2;
}
