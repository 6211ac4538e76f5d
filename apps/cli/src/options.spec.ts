import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.js';
import { natsOf } from './options.js';

describe('the bus', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-options-'));
    mkdirSync(join(directory, '.slipway'));
    mkdirSync(join(directory, 'deep/down'), { recursive: true });
    writeFileSync(join(directory, '.slipway/platform.json'), JSON.stringify({ nats: 'nats://127.0.0.1:7777' }));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const found = (nats: string | undefined, environment: NodeJS.ProcessEnv, from: string): string =>
    natsOf({ output: 'table', ...(nats !== undefined && { nats }) }, { environment, directory: from } as Io);

  it('is told by --nats, else by the environment, else by the platform here or in a folder above', () => {
    expect(found('nats://a:1', { SLIPWAY_NATS: 'nats://b:2' }, directory)).toBe('nats://a:1');
    expect(found(undefined, { SLIPWAY_NATS: 'nats://b:2' }, directory)).toBe('nats://b:2');
    expect(found(undefined, {}, directory)).toBe('nats://127.0.0.1:7777');
    expect(found(undefined, { SLIPWAY_NATS: '' }, join(directory, 'deep/down'))).toBe('nats://127.0.0.1:7777');
  });

  it('is the usual one where no platform is known', () => {
    rmSync(join(directory, '.slipway'), { recursive: true });
    expect(found(undefined, {}, directory)).toBe('nats://127.0.0.1:4222');
  });
});
