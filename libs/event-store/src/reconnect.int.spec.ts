import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedEventStore, ensureAdministrator, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { hostOf, withCredentials } from './connection-string.js';
import type { EventStore } from './event-store.js';
import { connectEventStore } from './event-store-db.js';
import { EventStoreUsers } from './event-store-users.js';
import { GuardedServer } from './rights.fixtures.js';
import { aMoment, numbered, numberOf, until } from './testing.js';
import { waitForEventStore } from './wait-for-event-store.js';

const SOURCE = { from: 'SLIPWAY_EVENTSTORE', remedy: 'Do this.' };

// Each test starts a server of its own, on machines that may be busy.
jest.setTimeout(30_000);

describe('when the server restarts on the same port and directory', () => {
  let directory: string;
  let server: EmbeddedEventStore;
  let store: EventStore;
  let warnings: string[];
  let seen: (number | string)[];
  const restart = async (): Promise<void> => {
    await server.close();
    server = await startEmbeddedEventStore({ directory, port: server.port });
    await waitForEventStore(server.connectionString, 10_000, SOURCE);
  };
  beforeEach(async () => {
    warnings = [];
    seen = [];
    directory = await mkdtemp(join(tmpdir(), 'event-store-'));
    server = await startEmbeddedEventStore({ directory });
    const logger = { info: () => undefined, warn: (_details: object, message: string) => void warnings.push(message) };
    store = connectEventStore({ connectionString: server.connectionString, logger });
  });
  afterEach(async () => {
    await store.close();
    await server.close();
    await rm(directory, { recursive: true });
  });

  test('appending and reading go on', async () => {
    await store.append('thing-1', numbered(1), 'no-stream');
    await restart();
    expect(await store.append('thing-1', numbered(1, 1), 0)).toMatchObject({ revision: 1 });
  });

  test('a follower goes on where it was, and is caught up once more', async () => {
    await store.append('thing-1', numbered(3), 'no-stream');
    const onEvent = (event: { data: unknown }): void => void seen.push(numberOf(event));
    store.follow({ name: 'follower', from: undefined, onEvent, onCaughtUp: () => void seen.push('caught up'), onFailed: (error) => void seen.push(String(error)) });
    await until(() => seen.length === 4);
    await restart();
    await store.append('thing-1', numbered(2, 3), 2);
    await until(() => seen.length >= 7);
    await aMoment();
    expect(seen.filter((item) => typeof item === 'number')).toEqual([0, 1, 2, 3, 4]);
    expect(seen.filter((item) => typeof item === 'string')).toEqual(['caught up', 'caught up']);
    expect(warnings).toContain('a subscription lost its connection');
  });

  test('a consumer gets what its group has not had', async () => {
    const onEvent = async (event: { data: unknown }): Promise<void> => void seen.push(numberOf(event));
    store.consume({ group: 'group', filter: { prefixes: ['thing-'] }, onEvent, onError: (error) => void seen.push(String(error)) });
    await store.append('thing-1', numbered(3), 'no-stream');
    await until(() => seen.length === 3);
    await restart();
    await store.append('thing-1', numbered(3, 3), 2);
    await until(() => seen.includes(5));
    expect(seen.filter((item) => item !== 0 && item !== 1 && item !== 2)).toEqual([3, 4, 5]);
  });

  test('closing does not wait for a server that is gone', async () => {
    store.follow({ name: 'follower', from: undefined, onEvent: () => undefined, onFailed: (error) => void seen.push(String(error)) });
    store.consume({ group: 'group', filter: { prefixes: ['thing-'] }, onEvent: async () => undefined, onError: (error) => void seen.push(String(error)) });
    await aMoment();
    await server.close();
    await until(() => warnings.length >= 2);
    await store.close();
    expect(seen).toEqual([]);
  });
});

describe('waiting for an event store', () => {
  test('ends when one has started', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'event-store-'));
    const port = await freePort();
    const waiting = waitForEventStore(`esdb://127.0.0.1:${port}?tls=false`, 10_000, SOURCE);
    await aMoment();
    const server = await startEmbeddedEventStore({ directory, port });
    await waiting;
    await server.close();
    await rm(directory, { recursive: true });
  });

  test('gives up in time and says where, without the password', async () => {
    const port = await freePort();
    const waiting = waitForEventStore(`esdb://admin:changeit@127.0.0.1:${port}?tls=false`, 400, SOURCE);
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(waiting).rejects.toThrow(`no event store answers at 127.0.0.1:${port}: `);
    await expect(waiting).rejects.not.toThrow('changeit');
  });

  test('gives up at once where its user is not let in, and says who, whence and what to do, without the password', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'event-store-'));
    await ensureAdministrator(directory, 'slipway-admin', 'an administrator');
    const server = await startEmbeddedEventStore({ directory, tls: true });
    const wait = (connectionString: string) => waitForEventStore(connectionString, 20_000, SOURCE);
    const as = (user: string, password: string) => wait(withCredentials(server.connectionString, { user, password }));
    const started = Date.now();
    for (const [waiting, what] of [
      [() => as('slipway-admin', 'another password'), 'does not take the user name or the password of slipway-admin, which came from SLIPWAY_EVENTSTORE'],
      [() => as('slipway-nobody', 'another password'), 'does not take the user name or the password of slipway-nobody, which came from SLIPWAY_EVENTSTORE'],
      [() => wait(server.connectionString), 'lets nobody in without a user and password, and SLIPWAY_EVENTSTORE names none'],
    ] as const) {
      await expect(waiting()).rejects.toMatchObject({ code: 'EVENT_STORE_REFUSED', message: `the event store at ${hostOf(server.connectionString)} ${what}. Do this.` });
    }
    await as('slipway-admin', 'an administrator');
    expect(Date.now() - started).toBeLessThan(10_000);
    await server.close();
    await rm(directory, { recursive: true });
  });

  test('gives up at once where its user may not read the log', async () => {
    const guarded = await GuardedServer.start();
    await new EventStoreUsers(guarded.client(guarded.administrator)).create({ user: 'stranger', password: 'a password' }, []);
    const waiting = waitForEventStore(withCredentials(guarded.server.connectionString, { user: 'stranger', password: 'a password' }), 20_000, SOURCE);
    await expect(waiting).rejects.toMatchObject({ code: 'EVENT_STORE_REFUSED', message: expect.stringContaining('lets stranger in, named by SLIPWAY_EVENTSTORE, but not read its log. Do this.') as string });
    await guarded.stop();
  });

  test.each(['nats://127.0.0.1', 'esdb://'])('refuses %s, which is not a connection string', async (text) => {
    await expect(waitForEventStore(text, 400, SOURCE)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
