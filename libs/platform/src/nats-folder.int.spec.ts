import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus, platformIdentities } from '@slipway/messaging';
import { BusParty } from './bus-party.fixtures.js';
import { ManagedProcess } from './managed-process.js';
import { keysFolder, seedFile, writeNatsFolder } from './nats-folder.js';
import { findNatsServer, startNats } from './nats-server.js';
import { freePort, listening } from './ports.js';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const IDENTITIES = platformIdentities();

describe('the folder of the bus', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'nats-folder-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const nats = (): string => join(directory, 'nats');
  const seeds = (): string[] => IDENTITIES.map(({ name }) => readFileSync(seedFile(keysFolder(nats()), name), 'ascii'));
  const write = (): string => writeNatsFolder(nats(), IDENTITIES, { host: '127.0.0.1', port: 4222 });

  it('is its owner\'s alone, with a key for each identity and no secret in the configuration', () => {
    const config = write();
    expect([nats(), keysFolder(nats())].map(mode)).toEqual(['700', '700']);
    expect([config, ...IDENTITIES.map(({ name }) => seedFile(keysFolder(nats()), name))].map(mode)).toEqual(Array(IDENTITIES.length + 1).fill('600'));
    expect(new Set(seeds()).size).toBe(IDENTITIES.length);
    for (const seed of seeds()) expect(readFileSync(config, 'utf8')).not.toContain(seed.trim());
  });

  it('keeps its keys; one that was deleted is made anew', () => {
    const before = readFileSync(write(), 'utf8');
    expect(readFileSync(write(), 'utf8')).toBe(before);
    const [planning, ...others] = seeds();
    rmSync(seedFile(keysFolder(nats()), 'planning'));
    write();
    expect(seeds()[0]).not.toBe(planning);
    expect(seeds().slice(1)).toEqual(others);
  });

  it('refuses a key that is none', () => {
    write();
    writeFileSync(seedFile(keysFolder(nats()), 'audit'), 'rubbish');
    expect(write).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('audit.seed') as string }) as Error);
  });

  it('changes a key under a connected service: the old one is out, and the service comes back with the new one', async () => {
    const server = await startNats(nats());
    const audit = await BusParty.enter(server.address('audit'), 'audit');
    const old = join(directory, 'old.seed');
    writeFileSync(old, readFileSync(server.address('audit').seedFile));
    const back = new Promise<void>((resolve) => void comesBack(audit).then(resolve));

    rmSync(server.address('audit').seedFile);
    writeNatsFolder(nats(), IDENTITIES, { host: '127.0.0.1', port: Number(new URL(server.url).port) });
    server.reload();

    await back;
    expect(await audit.maySubscribe('slipway.v1.audit.query.audit-log', 'audit')).toBe(true);
    await expect(Bus.connect({ servers: server.url, seedFile: old }, 'audit')).rejects.toMatchObject({ code: 'BUS_REFUSED' });
    await audit.leave();
    await server.stop();
  }, 20_000);

  it('speaks TLS, and only with who shows a certificate where an authority for that is given', async () => {
    const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
    openssl('req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '1', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost');
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(directory, name));
    const port = await freePort();
    const file = writeNatsFolder(nats(), IDENTITIES, { host: 'localhost', port, tls: { cert: cert!, key: key!, ca: cert! } });
    const server = new ManagedProcess(
      { name: 'nats-server', command: [findNatsServer(), '-c', file], environment: {}, logFile: join(directory, 'log'), ready: (_child, exited) => Promise.race([listening(port), exited]) },
      () => undefined,
    );
    await server.start();
    const address = { servers: `tls://localhost:${port}`, seedFile: seedFile(keysFolder(nats()), 'gateway') };
    await (await Bus.connect({ ...address, tls: { caFile: cert!, certFile: cert!, keyFile: key! } }, 'gateway')).close();
    await expect(Bus.connect({ ...address, tls: { caFile: cert! } }, 'gateway')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(Bus.connect(address, 'gateway')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.stop();

    const plain = await startNats(nats());
    await expect(Bus.connect({ ...plain.address('gateway'), servers: plain.url.replace('nats:', 'tls:') }, 'gateway')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await plain.stop();
  }, 20_000);
});

async function comesBack({ connection }: BusParty): Promise<void> {
  for await (const { type } of connection.status()) if (String(type) === 'reconnect') return;
}
