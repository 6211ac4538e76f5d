import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FactoryProvider } from '@nestjs/common';
import type { Isolation } from '@slipway/process-runner';
import { loadConfig } from './config.js';
import { IsolatedConfig } from './isolated.config.js';
import { isolation } from './isolation.js';

const base = { SLIPWAY_ASSERTION_KEYS_FILE: '/keys.pem', SLIPWAY_NATS: 'nats://h:1', SLIPWAY_NATS_SEED_FILE: '/seed', SLIPWAY_EVENTSTORE: 'esdb://h:1', SLIPWAY_DATA: '/data' };
const warn = jest.fn();
let folder: string;
let path: string | undefined;

beforeEach(() => {
  warn.mockReset();
  folder = mkdtempSync(join(tmpdir(), 'slipway-isolation-'));
  path = process.env['PATH'];
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

const open = async (settings: object): Promise<Isolation> =>
  (isolation(IsolatedConfig) as FactoryProvider<Isolation>).useFactory(loadConfig(IsolatedConfig, { ...base, ...settings }), { warn });

/** A bubblewrap that a container does not let work. */
function breakBubblewrap(): void {
  writeFileSync(join(folder, 'bwrap'), '#!/bin/sh\necho "No permissions to create new namespace" >&2\nexit 1\n');
  chmodSync(join(folder, 'bwrap'), 0o755);
  process.env['PATH'] = `${folder}:${path}`;
}

it('finds the sandbox of this machine, with the limits of the settings', async () => {
  const opened = await open({ SLIPWAY_RUN_MEMORY_MIB: '100', SLIPWAY_RUN_DISK_MIB: '200', SLIPWAY_RUN_PROCESSES: '300' });
  expect(opened).toMatchObject({ required: false, tools: {}, limits: { memoryBytes: 104_857_600, diskBytes: 209_715_200, processes: 300 } });
  expect(warn).not.toHaveBeenCalled();
});

it.each([['auto', false, 'with the rights of this service'], ['require', true, 'nothing is run']])('warns once where none works: %s', async (mode, required, words) => {
  breakBubblewrap();
  const opened = await open({ SLIPWAY_SANDBOX: mode });
  expect(opened).toMatchObject({ required, missing: expect.stringMatching(/No permissions.*apt-get install bubblewrap/) as string });
  expect(opened.tools).toBeUndefined();
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining(words));
});

it('does not look where it is off', async () => {
  breakBubblewrap();
  expect(await open({ SLIPWAY_SANDBOX: 'off' })).not.toHaveProperty('missing');
  expect(warn).not.toHaveBeenCalled();
});

it.each([{ SLIPWAY_SANDBOX: 'on' }, { SLIPWAY_RUN_MEMORY_MIB: '1' }, { SLIPWAY_RUN_DISK_MIB: 'much' }, { SLIPWAY_RUN_PROCESSES: '0' }])('refuses %j', (settings) => {
  expect(() => loadConfig(IsolatedConfig, { ...base, ...settings })).toThrow(Object.keys(settings)[0]);
});
