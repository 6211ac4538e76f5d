import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { connectEventStore } from '@slipway/event-store';
import { withCredentials } from '@slipway/event-store/access';
import { RegisterApplication } from '@slipway/planning/contract';
import { Platform, ROOT } from '@slipway/platform';
import { Rig } from './rig.js';

/** The embedded server follows policies; without them it is as one that follows none. */
function forgetPolicies(administrator: string): { stop(): Promise<void> } {
  const client = EventStoreDBClient.connectionString(administrator);
  const written = client.subscribeToStream('$policies', { fromRevision: START });
  const forgotten: Promise<unknown>[] = [];
  written.on('data', ({ event }) => {
    if (event && 'streamRules' in (event.data as object)) forgotten.push(client.appendToStream('$policies', jsonEvent({ type: '$policy-updated', data: { policies: [] } })));
  });
  return {
    async stop() {
      await written.unsubscribe();
      await Promise.all(forgotten);
      await client.dispose();
    },
  };
}

const SET_UP = join(ROOT, 'deploy/event-store/set-up.mjs');

describe("an event store of one's own", () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-own-event-store-'));
  const eventStoreKeys = join(directory, 'keys');
  let server: EmbeddedEventStore;
  let rig: Rig | undefined;

  beforeAll(async () => {
    server = await startEmbeddedEventStore({ directory: join(directory, 'store'), host: 'localhost', tls: true });
  });

  afterAll(async () => {
    await rig?.stop();
    await server.close();
    rmSync(directory, { recursive: true });
  }, 30_000);

  function setUp(password: string, ...more: string[]): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [SET_UP, '--server', server.connectionString, '--keys', eventStoreKeys, ...more], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    child.stdin.end(`${password}\n`);
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
  }

  const keys = (): string[] => readdirSync(eventStoreKeys).map((name) => `${name} ${readFileSync(join(eventStoreKeys, name), 'utf8')}`);

  it('is set up by an administrator, once and again', async () => {
    const { admin } = JSON.parse(readFileSync(server.access!.firstUsersFile, 'utf8')) as { admin: string };
    const first = await setUp(admin);
    expect(first).toEqual({ code: 0, said: expect.stringContaining('nobody but its owner appends to a category') as string });
    const before = keys();
    expect(before).toHaveLength(7);
    expect((await setUp(admin)).code).toBe(0);
    expect(keys()).toEqual(before);
  }, 30_000);

  it('is set up as well where it follows no stream policies, says what holds, and carries a platform', async () => {
    const { admin } = JSON.parse(readFileSync(server.access!.firstUsersFile, 'utf8')) as { admin: string };
    const forget = forgetPolicies(withCredentials(server.connectionString, { user: 'admin', password: admin }));
    try {
      for (const _time of ['once', 'again']) {
        const { code, said } = await setUp(admin);
        expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('this server follows no stream policies; stream ACLs hold instead') as string });
      }
      await carriesPlatform('acme/claimed');
    } finally {
      await forget.stop();
    }
    expect(await setUp(admin)).toEqual({ code: 0, said: expect.stringContaining('nobody but its owner appends to a category') as string });
  }, 60_000);

  it('is not set up by somebody else, or without a name', async () => {
    const wrong = await setUp('not the password');
    expect(wrong).toEqual({ code: 1, said: expect.stringMatching(/^set-up: EVENT_STORE_REFUSED: .*does not take the user name or the password of admin/) as string });
    expect(wrong.said).not.toContain('not the password');
    expect((await setUp('', '--unknown')).code).toBe(2);
  }, 40_000);

  async function carriesPlatform(name: string): Promise<void> {
    rig = await Rig.start('own-event-store', { eventStore: server.connectionString, eventStoreKeys });
    const application = { application: name, repository: '/srv/shop', components: [{ name: 'a', recipe: { command: ['true'], outputs: ['a'] } }] };
    await rig.operator.command('person:dev', RegisterApplication, application);
    const store = connectEventStore({ connectionString: rig.platform.eventStoreAddress('operator') });
    const types: string[] = [];
    for await (const { stream, type } of store.readAll()) types.push(`${type} in ${stream}`);
    await store.close();
    await rig.stop();
    rig = undefined;
    expect(types).toContain(`ApplicationRegistered in application-${name}`);
  }

  it('carries a platform, to which each service goes with its own user', () => carriesPlatform('acme/shop'), 60_000);

  it.each([
    ['no passwords', {}, /SLIPWAY_EVENTSTORE_KEYS/],
    ['one user for all', { eventStore: 'esdb://admin:changeit@localhost:1', eventStoreKeys }, /must hold no user and no password/],
    ['no TLS', { eventStore: 'esdb://localhost:1?tls=false', eventStoreKeys }, /without TLS no credentials are sent/],
    ['no password for a service', { eventStoreKeys: directory }, /there is no password in .*planning\.password/],
  ])('with %s a platform does not start', async (_what, options, why) => {
    const data = join(directory, 'refused');
    await expect(Platform.start({ data, eventStore: server.connectionString, ...options })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(why) as string });
  }, 30_000);
});
