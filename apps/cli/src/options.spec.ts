import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusAddress } from '@slipway/messaging';
import type { Io } from './io.js';
import { busOf } from './options.js';

describe('the bus', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-options-'));
    mkdirSync(join(directory, '.slipway'));
    mkdirSync(join(directory, 'deep/down'), { recursive: true });
    writeFileSync(join(directory, '.slipway/platform.json'), JSON.stringify({ nats: 'nats://127.0.0.1:7777', natsKeys: '/keys' }));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const found = (options: { nats?: string; natsSeed?: string }, environment: NodeJS.ProcessEnv, from: string): BusAddress =>
    busOf({ output: 'table', ...options }, { environment, directory: from } as Io);

  it('is told by --nats, else by the environment, else by the platform here or in a folder above', () => {
    const other = { SLIPWAY_NATS: 'nats://b:2', SLIPWAY_NATS_SEED_FILE: '/b.seed' };
    expect(found({ nats: 'nats://a:1', natsSeed: '/a.seed' }, other, directory)).toEqual({ servers: 'nats://a:1', seedFile: '/a.seed' });
    expect(found({}, other, directory)).toEqual({ servers: 'nats://b:2', seedFile: '/b.seed' });
    expect(found({}, {}, directory)).toEqual({ servers: 'nats://127.0.0.1:7777', seedFile: '/keys/operator.seed' });
    expect(found({}, { SLIPWAY_NATS: '' }, join(directory, 'deep/down'))).toEqual({ servers: 'nats://127.0.0.1:7777', seedFile: '/keys/operator.seed' });
  });

  it('takes the key of the platform that runs here only to that platform', () => {
    expect(found({ nats: 'nats://127.0.0.1:7777' }, {}, directory).seedFile).toBe('/keys/operator.seed');
    expect(() => found({ nats: 'nats://a:1' }, {}, directory)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('--nats-seed') as string }) as Error);
  });

  it('trusts and shows the certificates that the environment names', () => {
    const { tls } = found({ nats: 'tls://a:1', natsSeed: '/a.seed' }, { SLIPWAY_NATS_TLS_CA_FILE: '/ca.pem' }, directory);
    expect(tls).toEqual({ caFile: '/ca.pem' });
  });

  it('is unknown where no platform runs and nothing names it', () => {
    rmSync(join(directory, '.slipway'), { recursive: true });
    expect(() => found({}, {}, directory)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('no platform runs here') as string }) as Error);
  });
});
