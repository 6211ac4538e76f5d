import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

describe('the secrets for containers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
  const make = (...args: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, 'deploy/containers/make-secrets.mjs'), '--out', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
  const certificate = (name: string): X509Certificate => new X509Certificate(read(`tls/${name}.pem`));
  const files = (): string[] => readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(directory, file)).isFile());
  const contents = (): Record<string, string> => Object.fromEntries(files().map((file) => [file, createHash('sha256').update(read(file)).digest('hex')]));

  beforeAll(() => void make('--host', 'slipway.example.org', '--host', '127.0.0.1'), 20_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('are for their owner alone', () => {
    expect(files().filter((file) => (statSync(join(directory, file)).mode & 0o077) !== 0)).toEqual([]);
  });

  it('hold certificates of one authority, each with its key, for the names by which it is reached', () => {
    const authority = certificate('ca');
    expect(authority.verify(authority.publicKey) && authority.ca).toBe(true);
    for (const name of ['nats', 'gateway']) {
      expect(certificate(name).checkIssued(authority) && certificate(name).verify(authority.publicKey)).toBe(true);
      expect(certificate(name).checkPrivateKey(createPrivateKey(read(`tls/${name}-key.pem`)))).toBe(true);
    }
    expect([certificate('nats').checkHost('nats'), certificate('gateway').checkHost('slipway.example.org'), certificate('gateway').checkIP('127.0.0.1')]).toEqual(['nats', 'slipway.example.org', '127.0.0.1']);
    expect(certificate('gateway').checkHost('nats')).toBeUndefined();
  });

  it('hold the two halves of the key that vouches', () => {
    expect(createPublicKey(read('assertion/assertion.pem')).export({ type: 'spki', format: 'pem' })).toBe(read('assertion/assertion.pub.pem'));
  });

  it('are kept when they are there, also without the authority\'s key', () => {
    const before = contents();
    rmSync(join(directory, 'tls/ca-key.pem'));
    make('--host', 'another.example.org');
    expect({ ...contents(), 'tls/ca-key.pem': before['tls/ca-key.pem'] }).toEqual(before);
  }, 20_000);

  it('do not get another authority in the place of one whose key is elsewhere', () => {
    const before = certificate('ca').fingerprint256;
    rmSync(join(directory, 'tls/gateway.pem'));
    expect(() => make()).toThrow(/put it back, or remove .*ca\.pem/);
    expect(certificate('ca').fingerprint256).toBe(before);
  }, 20_000);

  it('are not signed by an authority of another program, by which clients would not believe them', () => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=Slipway authority'], { cwd: join(directory, 'tls'), stdio: 'pipe' });
    expect(() => make()).toThrow(/ca\.pem was not made here/);
    expect(files()).not.toContain('tls/gateway.pem');
  }, 20_000);
});
