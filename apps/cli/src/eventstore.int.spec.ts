import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { startEmbeddedEventStore } from '@slipway/embedded-event-store';
import type { Problem } from '@slipway/kernel';
import { eventstoreVerbs } from './eventstore.verbs.js';
import type { Io } from './io.js';
import { runIn, type World } from './world.fixtures.js';

jest.setTimeout(20_000);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slipway-eventstore-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]): string => join(folder, ...names);

/** Runs a verb in the folder, or in one below it. */
const run = (line: string, input = '', more: Partial<Io> = {}): Promise<World> =>
  runIn([eventstoreVerbs], ['eventstore', ...line.split(' ')], {}, { directory: folder, environment: { SLIPWAY_URL: '' }, input: () => Readable.from(input === '' ? [] : [input]), ...more });

const data = async (line: string): Promise<unknown> => JSON.parse((await run(`${line} -o json`)).out);

const line = (position: number): string =>
  JSON.stringify({ position, stream: 'order-1', revision: position - 1, id: `0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c0${position}`, type: 'Placed', contentType: 'application/json', created: '2026-03-01T10:00:00.000Z', data: { n: position } });
const LOG = [1, 2, 3].map(line).join('\n');

/** A store in the default place. */
const fill = (): Promise<World> => run('import', LOG);

describe('a history', () => {
  it('is backed up, checked, restored and exported as it was, while a server has it open', async () => {
    expect(await fill()).toMatchObject({ exit: 0, err: '', out: `imported 3 events of 1 stream into ${at('.slipway/event-store')}` });
    const server = await startEmbeddedEventStore({ directory: at('.slipway/event-store') });
    expect(await run('backup copy')).toMatchObject({ exit: 0, err: '', out: expect.stringMatching(/^backed up 3 events of 1 stream, \d+ bytes, last position 3$/) as string });
    expect(statSync(at('copy')).mode & 0o777).toBe(0o600);
    expect((await run('check')).exit).toBe(0);
    expect((await run('export')).out).toBe(LOG);
    expect(await data('export log.ndjson')).toEqual({ file: at('log.ndjson'), events: 3 });
    await server.close();
    expect(readFileSync(at('log.ndjson'), 'utf8')).toBe(`${LOG}\n`);
    expect(await data('check copy')).toMatchObject({ file: at('copy'), events: 3, findings: [], findingCount: 0 });
    expect(await data('restore copy --data other')).toEqual({ directory: at('other/event-store'), events: 3, streams: 1, bytes: expect.any(Number) as number, lastPosition: 3 });
    expect((await run('export --data other')).out).toBe(LOG);
    expect(await data('scavenge --data other')).toMatchObject({ events: 0, streams: 0 });
  });

  it('is appended to another server', async () => {
    await fill();
    await run('export log');
    const target = await startEmbeddedEventStore({ directory: at('target') });
    expect(await data(`import log --to ${target.connectionString}`)).toEqual({ events: 3, streams: 1, skipped: 0 });
    await target.close();
    expect(await run(`import log --to ${target.connectionString}`)).toMatchObject({ exit: 1, err: expect.stringMatching(/^slipway: EVENT_STORE_FAILED: [^\n]+$/) as string });
  });

  it('that is damaged has findings, and exit code 1', async () => {
    await fill();
    await run('backup copy');
    const bytes = readFileSync(at('copy'));
    const record = bytes.indexOf('order-1', bytes.indexOf('Placed') - 60);
    bytes.write('order-7', record);
    writeFileSync(at('copy'), bytes);
    const { exit, out } = await run('check copy');
    expect({ exit, out }).toEqual({ exit: 1, out: expect.stringMatching(/order-7[^]*\n3 events of 1 stream, .*: 1 finding$/) as string });
    expect(await data('check copy')).toMatchObject({ findingCount: 1, findings: [expect.stringContaining('order-7')] });
    expect(await run('restore copy --data other')).toMatchObject({ exit: 1, err: expect.stringContaining('EVENT_STORE_FAILED: the backup does not pass the check') as string });
    appendFileSync(at('text'), 'no database');
    expect(await run('check text')).toMatchObject({ exit: 1, err: expect.stringMatching(/^slipway: EVENT_STORE_FAILED: [^\n]+$/) as string });
  });
});

describe('the data directory', () => {
  it('is told by --data, else by the environment, else it is that of the platform here or in a folder above', async () => {
    await fill();
    mkdirSync(at('deep/down'), { recursive: true });
    const directory = at('deep/down');
    expect((await run('export', '', { directory })).out).toBe(LOG);
    const environment = { SLIPWAY_EVENTSTORE_DIR: 'elsewhere' };
    expect((await run('export', '', { directory, environment })).err).toContain(`EVENT_STORE_NOT_FOUND: ${at('deep/down/elsewhere')} holds no event store`);
    expect((await run('export --data ../../.slipway', '', { directory, environment })).out).toBe(LOG);
  });

  it.each(['check', 'backup copy', 'export', 'export log', 'scavenge', 'user list', 'user add anna'])('is not made by %s: exit code 5', async (verb) => {
    const { exit, err } = await run(verb, 'a password\n');
    expect({ exit, err }).toEqual({ exit: 5, err: `slipway: EVENT_STORE_NOT_FOUND: ${at('.slipway/event-store')} holds no event store; --data names the data directory of slipway up` });
    expect(existsSync(at('.slipway'))).toBe(false);
  });

  it('that a server has open is a conflict for what changes it', async () => {
    await fill();
    const server = await startEmbeddedEventStore({ directory: at('.slipway/event-store') });
    for (const verb of ['scavenge', 'import', 'user list']) {
      expect(await run(verb, LOG)).toMatchObject({ exit: 6, out: '', err: expect.stringMatching(/DATA_DIRECTORY_IN_USE: .*; stop the platform first$/) as string });
    }
    await server.close();
  });
});

describe('what is in the way, or not there', () => {
  it.each([
    ['backup copy', 6, 'EVENT_STORE_CONFLICT', 'exists already'],
    ['export copy', 6, 'EVENT_STORE_CONFLICT', 'exists already'],
    ['restore copy', 6, 'EVENT_STORE_CONFLICT', 'is not empty'],
    ['import log', 6, 'EVENT_STORE_CONFLICT', 'is not empty'],
    ['backup none/copy', 5, 'FILE_NOT_FOUND', 'there is no folder'],
    ['restore none --data other', 5, 'FILE_NOT_FOUND', 'there is no file'],
    ['check none', 5, 'FILE_NOT_FOUND', 'there is no file'],
    ['check .slipway', 2, 'INVALID_COMMAND', 'is a folder'],
    ['import none --data other', 5, 'FILE_NOT_FOUND', 'there is no file'],
    ['import bad --data other', 1, 'EVENT_STORE_FAILED', 'line 1: '],
  ])('%s: exit code %i', async (verb, exit, code, text) => {
    await fill();
    await run('backup copy');
    writeFileSync(at('log'), LOG);
    writeFileSync(at('bad'), '{');
    const world = await run(`${verb} -o json`);
    expect(world).toMatchObject({ exit, out: '' });
    expect(JSON.parse(world.err.split('\n').at(-1)!) as Problem).toMatchObject({ code, detail: expect.stringContaining(text) as string });
  });

  it('is asked for: events at a terminal', async () => {
    const input = (): ReturnType<Io['input']> => Object.assign(Readable.from([]), { isTTY: true });
    expect(await run('import', '', { input })).toMatchObject({ exit: 2, err: expect.stringContaining('name the file with the events, or pipe them') as string });
  });
});

describe('users', () => {
  it('are listed, added, changed and removed', async () => {
    await (await startEmbeddedEventStore({ directory: at('.slipway/event-store'), tls: true })).close();
    expect(await run('user add anna --groups team,$ops', 'the password\nmore\n')).toMatchObject({ exit: 0, err: '', out: 'added anna in team, $ops' });
    expect((await run('user list')).out.split('\n').map((row) => row.replace(/ +/g, ' '))).toEqual(['USER GROUPS STATE', 'admin $admins enabled', 'anna team, $ops enabled', 'ops $ops enabled']);
    expect(await data('user list')).toEqual([
      { name: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'], disabled: false },
      { name: 'anna', fullName: 'anna', groups: ['team', '$ops'], disabled: false },
      { name: 'ops', fullName: 'Event Store Operations', groups: ['$ops'], disabled: false },
    ]);
    expect(await run('user disable anna')).toMatchObject({ exit: 0, out: 'anna is disabled' });
    expect((await data('user list')) as unknown[]).toContainEqual({ name: 'anna', fullName: 'anna', groups: ['team', '$ops'], disabled: true });
    expect(await data('user enable anna')).toEqual({ name: 'anna', disabled: false });
    expect(await data('user groups anna --groups team')).toEqual({ name: 'anna', groups: ['team'] });
    expect(await run('user password anna', 'another password\n')).toMatchObject({ exit: 0, out: 'changed the password of anna' });
    expect(await data('user remove ops')).toEqual({ name: 'ops' });

    const refused = async (verb: string, input = ''): Promise<string> => {
      const { exit, err } = await run(verb, input);
      return `${exit} ${err}`;
    };
    expect(await refused('user add anna', 'the password\n')).toBe('6 slipway: USER_CONFLICT: there is a user anna already');
    expect(await refused('user remove admin')).toBe('6 slipway: USER_CONFLICT: admin is the last member of $admins');
    expect(await refused('user remove nobody')).toBe('5 slipway: USER_NOT_FOUND: there is no user nobody');
    expect(await refused('user add berta', 'short\n')).toBe('2 slipway: INVALID_COMMAND: a password has at least 8 characters');
    expect(await refused('user add berta')).toBe('2 slipway: INVALID_COMMAND: the password is read from standard input, and there is none');
  });
});
