import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedEventStore, startEmbeddedEventStore, withUsers } from '@slipway/embedded-event-store';
import { connectEventStore, type EventStore, type NewEvent } from '@slipway/event-store';
import { type EventStoreAccess, eventStoreAddress } from './event-store-keys.js';
import { ensureEventStoreAdministrator, eventStoreDirectory, localEventStore, setUpEventStore } from './event-store-server.js';

jest.setTimeout(30_000);

const event: NewEvent = {
  id: '0b8a0b43-42a8-4b9b-8a4c-7a4c27f9b4a1',
  type: 'ApplicationRegistered',
  data: { name: 'shop' },
  metadata: { $correlationId: 'c', $causationId: 'c', actor: 'person:ann', commandDigest: 'sha256:0', schema: 1 },
};

let data: string;
let server: EmbeddedEventStore | undefined;
let store: EventStore | undefined;

beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'platform-event-store-'))));
afterEach(async () => {
  await stop();
  rmSync(data, { recursive: true });
});

async function stop(): Promise<void> {
  await store?.close();
  await server?.close();
  store = server = undefined;
}

/** As the platform starts it, in this process. */
async function start(): Promise<EventStoreAccess> {
  await ensureEventStoreAdministrator(data, localEventStore(data, 0));
  server = await startEmbeddedEventStore({ directory: eventStoreDirectory(data), tls: true });
  const access = localEventStore(data, server.port);
  await setUpEventStore(access);
  return access;
}

const open = (connectionString: string): EventStore => (store = connectEventStore({ connectionString }));

async function typesIn(stream: string): Promise<string[]> {
  const types = [];
  for await (const { type } of store!.read(stream)) types.push(type);
  return types;
}

const passwordsIn = ({ eventStoreKeys }: EventStoreAccess): Record<string, string> =>
  Object.fromEntries(readdirSync(eventStoreKeys).map((name) => [name, readFileSync(join(eventStoreKeys, name), 'utf8')]));

it('lets each service in after the first start and after later ones, with the same password', async () => {
  const first = await start();
  await open(eventStoreAddress(first, 'planning')).append('application-acme/shop', [event], 'no-stream');
  const passwords = passwordsIn(first);
  await stop();
  const second = await start();
  expect(passwordsIn(second)).toEqual(passwords);
  open(eventStoreAddress(second, 'audit'));
  expect(await typesIn('application-acme/shop')).toEqual(['ApplicationRegistered']);
});

it('takes over a directory of a version without users, history and all', async () => {
  server = await startEmbeddedEventStore({ directory: eventStoreDirectory(data) });
  await open(server.connectionString).append('application-acme/shop', [event], 'no-stream');
  await stop();
  const access = await start();
  open(eventStoreAddress(access, 'planning'));
  expect(await typesIn('application-acme/shop')).toEqual(['ApplicationRegistered']);
  await store!.append('application-acme/shop', [{ ...event, id: '1b8a0b43-42a8-4b9b-8a4c-7a4c27f9b4a1' }], 0);
});

it('takes over a directory whose owner has users already, and leaves those alone', async () => {
  server = await startEmbeddedEventStore({ directory: eventStoreDirectory(data), tls: true });
  await stop();
  const access = await start();
  await stop();
  const users = await withUsers(eventStoreDirectory(data), (open) => open.list());
  expect(users.map(({ name, groups }) => [name, ...groups].join(' ')).sort()).toEqual(
    ['admin $admins', 'ops $ops', 'slipway-admin $admins', ...['admission', 'audit', 'build', 'deployment', 'operator', 'planning', 'query'].map((name) => `slipway-${name} slipway`)].sort(),
  );
  expect(Object.keys(passwordsIn(access))).toHaveLength(8);
});

it('makes lost passwords anew', async () => {
  const { eventStoreKeys } = await start();
  await stop();
  rmSync(eventStoreKeys, { recursive: true });
  const access = await start();
  open(eventStoreAddress(access, 'operator'));
  expect(await store!.head()).toBeUndefined();
});

it('says what to do where the files hold the passwords of another server, and then does it', async () => {
  const { eventStoreKeys } = await start();
  await stop();
  rmSync(eventStoreDirectory(data), { recursive: true });
  await expect(start()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${eventStoreKeys}/admin.password`) as string });
  await stop();
  rmSync(join(eventStoreKeys, 'admin.password'));
  open(eventStoreAddress(await start(), 'build'));
  expect(await store!.head()).toBeUndefined();
});

it('keeps passwords for their owner alone', async () => {
  const { eventStoreKeys } = await start();
  expect(statSync(eventStoreKeys).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(eventStoreKeys)) expect(statSync(join(eventStoreKeys, name)).mode & 0o777).toBe(0o600);
});

it('says which file is missing, and shows no password where the server is another one', async () => {
  const access = await start();
  expect(() => eventStoreAddress({ ...access, eventStoreKeys: data }, 'planning')).toThrow(/there is no password in .*planning\.password; node deploy/);
  expect(() => eventStoreAddress({ ...access, eventStore: 'esdb://localhost?tls=false' }, 'planning')).toThrow(/without TLS no credentials are sent/);
});
