import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { EventStoreDBClient } from '@eventstore/db-client';
import Database from 'better-sqlite3';
import { UsersClient } from '@eventstore/db-client/generated/users_grpc_pb';
import { ChangePasswordReq, CreateReq, DeleteReq, DetailsReq, DisableReq, EnableReq, ResetPasswordReq, UpdateReq, type DetailsResp } from '@eventstore/db-client/generated/users_pb';
import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';

import { startEmbeddedEventStore } from '../index.js';
import { eventsFile } from '../storage/store-file.js';
import { TestProgram } from '../testing/test-process.js';
import { SecureTestStore } from '../testing/test-secure-store.js';
import { collect, failureOf, testEvent } from '../testing/test-support.js';
import { runUserCommand } from './user-cli.js';

jest.setTimeout(30_000);

const PASSWORD = 'correct horse: battery';

describe('the users of an open store', () => {
  const store = new SecureTestStore();
  beforeAll(() => store.start());
  afterAll(() => store.remove());

  it.each([
    ['an empty name', '', PASSWORD, []],
    ['a name with a colon', 'a:b', PASSWORD, []],
    ['a name with a blank', 'a b', PASSWORD, []],
    ['a name of the system', '$admins', PASSWORD, []],
    ['a short password', 'anna', 'short', []],
    ['a group of the system', 'anna', PASSWORD, ['$all']],
    ['a group with a comma', 'anna', PASSWORD, ['a,b']],
    ['a user that exists', 'admin', PASSWORD, []],
    ['a group that is a user', 'anna', PASSWORD, ['ops']],
    ['a group called like the user', 'anna', PASSWORD, ['anna']],
  ])('refuses %s', async (_what, name, password, groups) => {
    const before = store.access.users.list();
    expect(await failureOf(store.access.users.add(name, password, groups))).toHaveProperty('code');
    expect(store.access.users.list()).toEqual(before);
  });

  it('refuses a user called like a group, and to be without an administrator', async () => {
    const { users } = store.access;
    await users.add('anna', PASSWORD, ['team', 'team']);
    expect(users.find('anna')?.groups).toEqual(['team']);
    expect(await failureOf(users.add('team', PASSWORD))).toMatchObject({ code: 'conflict' });
    expect(await failureOf(users.remove('admin'))).toMatchObject({ code: 'conflict' });
    expect(await failureOf(users.update('admin', ['$ops']))).toMatchObject({ code: 'conflict' });
    await users.update('anna', ['$admins']);
    await users.update('admin', ['$ops']);
    expect(await failureOf(users.remove('nobody'))).toMatchObject({ code: 'not-found' });
  });

  it('makes one user when two are made at once', async () => {
    const { users } = store.access;
    const results = await Promise.allSettled([users.add('twin', PASSWORD), users.add('twin', 'another password')]);
    expect(results.map((result) => result.status)).toEqual(expect.arrayContaining(['fulfilled', 'rejected']));
    expect(await users.verify('twin', results[0].status === 'fulfilled' ? PASSWORD : 'another password')).toBe(true);
  });
});

it('users of a store from before there were full names have their own names as such', async () => {
  const store = new SecureTestStore();
  await store.start();
  await store.stop();
  const file = new Database(eventsFile(store.directory));
  file.exec('ALTER TABLE account DROP COLUMN full_name');
  file.close();
  await store.start();
  expect(store.access.users.list().map(({ name, fullName }) => [name, fullName])).toEqual([['admin', 'admin'], ['ops', 'ops']]);
  await store.remove();
});

describe('the users service', () => {
  const store = new SecureTestStore();
  let client: UsersClient;
  beforeAll(async () => {
    await store.start();
    client = new UsersClient(`127.0.0.1:${store.running.port}`, credentials.createSsl(readFileSync(store.access.caFile)));
    await store.access.users.add('anna', PASSWORD, ['team']);
  });
  afterAll(async () => {
    client.close();
    await store.remove();
  });

  function as(name: string, password = PASSWORD): Metadata {
    const metadata = new Metadata();
    const passwords = JSON.parse(readFileSync(store.access.firstUsersFile, 'utf8')) as Record<string, string>;
    metadata.set('authorization', `Basic ${Buffer.from(`${name}:${passwords[name] ?? password}`).toString('base64')}`);
    return metadata;
  }

  /** The error that a call ended with; null if it did what it should. */
  const outcome = (call: (done: (error: ServiceError | null) => void) => unknown): Promise<ServiceError | null> =>
    new Promise((resolve) => void call((error) => resolve(error)));

  const create = (name: string, groups: string[] = []) =>
    new CreateReq().setOptions(new CreateReq.Options().setLoginName(name).setPassword(PASSWORD).setGroupsList(groups));
  const reset = (name: string) => new ResetPasswordReq().setOptions(new ResetPasswordReq.Options().setLoginName(name).setNewPassword('another password'));
  const change = (name: string, current: string) =>
    new ChangePasswordReq().setOptions(new ChangePasswordReq.Options().setLoginName(name).setCurrentPassword(current).setNewPassword('my new password'));
  const update = (name: string, groups: string[]) => new UpdateReq().setOptions(new UpdateReq.Options().setLoginName(name).setGroupsList(groups));
  const remove = (name: string) => new DeleteReq().setOptions(new DeleteReq.Options().setLoginName(name));
  const details = (name: string, by: Metadata) => collect(client.details(new DetailsReq().setOptions(new DetailsReq.Options().setLoginName(name)), by) as AsyncIterable<DetailsResp>);

  it('lets administrators make, change, list and remove users', async () => {
    const admin = as('admin');
    expect(await outcome((done) => client.create(create('berta', ['team']), admin, done))).toBeNull();
    expect(await outcome((done) => client.update(update('berta', ['$ops']), admin, done))).toBeNull();
    expect(await outcome((done) => client.resetPassword(reset('berta'), admin, done))).toBeNull();
    const [berta] = await details('berta', as('berta', 'another password'));
    expect(berta?.getUserDetails()?.toObject()).toMatchObject({ loginName: 'berta', groupsList: ['$ops'], disabled: false });
    expect((await details('', admin)).map((one) => one.getUserDetails()?.getLoginName())).toEqual(['admin', 'anna', 'berta', 'ops']);
    expect(await outcome((done) => client.delete(remove('berta'), admin, done))).toBeNull();
    expect(await failureOf(details('berta', admin))).toMatchObject({ code: status.NOT_FOUND });
  });

  it('says what is wrong as EventStoreDB does', async () => {
    const admin = as('admin');
    // With the same password it is the same user; nothing is wrong with that.
    expect(await outcome((done) => client.create(create('anna'), admin, done))).toBeNull();
    const other = create('anna');
    other.getOptions()!.setPassword('not the same');
    const twice = await outcome((done) => client.create(other, admin, done));
    expect([twice?.code, twice?.metadata.get('exception'), twice?.metadata.get('login-name')]).toEqual([status.FAILED_PRECONDITION, ['user-conflict'], ['anna']]);
    const absent = await outcome((done) => client.delete(remove('nobody'), admin, done));
    expect([absent?.code, absent?.metadata.get('exception'), absent?.metadata.get('login-name')]).toEqual([status.NOT_FOUND, ['user-not-found'], ['nobody']]);
    expect((await outcome((done) => client.create(create('a b'), admin, done)))?.code).toBe(status.INVALID_ARGUMENT);
  });

  it('lets administrators disable a user, whose calls are refused from then on, and enable it again', async () => {
    const admin = as('admin');
    const disable = new DisableReq().setOptions(new DisableReq.Options().setLoginName('anna'));
    const enable = new EnableReq().setOptions(new EnableReq.Options().setLoginName('anna'));
    expect(await outcome((done) => client.create(create('carla'), admin, done))).toBeNull();
    expect(await details('anna', as('anna'))).toHaveLength(1);
    expect(await outcome((done) => client.disable(disable, admin, done))).toBeNull();
    expect(await failureOf(details('anna', as('anna')))).toMatchObject({ code: status.UNAUTHENTICATED });
    expect((await details('anna', admin))[0]?.getUserDetails()?.getDisabled()).toBe(true);
    expect(await outcome((done) => client.enable(enable, admin, done))).toBeNull();
    expect(await details('anna', as('anna'))).toHaveLength(1);
    const own = new DisableReq().setOptions(new DisableReq.Options().setLoginName('admin'));
    expect(await outcome((done) => client.disable(own, admin, done))).toMatchObject({ code: status.FAILED_PRECONDITION });
    expect(await outcome((done) => client.delete(remove('carla'), admin, done))).toBeNull();
  });

  it('refuses others', async () => {
    for (const other of [as('ops'), as('anna')]) {
      const denied = [
        await outcome((done) => client.create(create('carl'), other, done)),
        await outcome((done) => client.update(update('anna', ['$admins']), other, done)),
        await outcome((done) => client.resetPassword(reset('admin'), other, done)),
        await outcome((done) => client.delete(remove('admin'), other, done)),
        await failureOf(details('', other)),
        await failureOf(details('admin', other)),
      ];
      expect(denied.map((error) => (error as ServiceError | null)?.code)).toEqual(denied.map(() => status.PERMISSION_DENIED));
    }
    expect((await outcome((done) => client.create(create('carl'), new Metadata(), done)))?.code).toBe(status.PERMISSION_DENIED);
  });

  it('lets users change their own password, knowing the current one', async () => {
    expect((await outcome((done) => client.changePassword(change('anna', 'wrong one'), as('anna'), done)))?.code).toBe(status.PERMISSION_DENIED);
    expect((await outcome((done) => client.changePassword(change('ops', PASSWORD), as('anna'), done)))?.code).toBe(status.PERMISSION_DENIED);
    expect(await outcome((done) => client.changePassword(change('anna', PASSWORD), as('anna'), done))).toBeNull();
    expect((await outcome((done) => client.changePassword(change('anna', PASSWORD), as('anna'), done)))?.code).toBe(status.UNAUTHENTICATED);
    expect(await details('anna', as('anna', 'my new password'))).toHaveLength(1);
  });
});

describe('the command line', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function user(args: string, input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const code = await runUserCommand(args.split(' '), { SLIPWAY_EVENTSTORE_DIR: directory }, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  it('manages the users of a stopped store', async () => {
    const start = () => startEmbeddedEventStore({ directory, tls: true });
    const first = await start();
    expect(await user('list')).toMatchObject({ code: 6, stderr: expect.stringContaining('in use') as string });
    await first.close();
    expect(await user('add anna --groups team,$ops', `${PASSWORD}\nmore\n`)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await user('list')).toEqual({ code: 0, stdout: 'admin $admins\nanna team $ops\nops $ops\n', stderr: '' });
    expect(await user('password anna', 'another password\n')).toMatchObject({ code: 0 });
    expect(await user('groups anna --groups team')).toMatchObject({ code: 0 });
    expect(await user('remove ops')).toMatchObject({ code: 0 });
    expect(await user('list')).toMatchObject({ stdout: 'admin $admins\nanna team\n' });
    const second = await start();
    expect(await second.access!.users.verify('anna', 'another password')).toBe(true);
    await second.close();

    expect(await user('remove admin')).toMatchObject({ code: 6, stderr: expect.stringContaining('last member of $admins') as string });
    expect(await user('add anna', `${PASSWORD}\n`)).toMatchObject({ code: 6 });
    expect(await user('remove nobody')).toMatchObject({ code: 1, stderr: 'embedded event store: there is no user nobody\n' });
    expect(await user('add berta', 'short\n')).toMatchObject({ code: 2 });
    expect(await user('add berta')).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input') as string });
  });

  it.each(['', 'add', 'list anna', 'remove a b', 'constructor x', 'list --groups a', 'list --unknown'])('refuses wrong usage: user %s', async (args) => {
    expect(await user(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Try user --help') as string });
  });

  it('makes no store where there is none', async () => {
    expect(await user('list')).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no event store') as string });
  });

  it('runs as a process of its own, as the server with TLS does', async () => {
    const program = new TestProgram();
    const env = { SLIPWAY_EVENTSTORE_DIR: directory, SLIPWAY_EVENTSTORE_PORT: '0', SLIPWAY_EVENTSTORE_TLS: 'true' };
    const running = program.start(env);
    const { connectionString } = await running.ready();
    const file = join(directory, 'first-users.json');
    const { admin } = JSON.parse(readFileSync(file, 'utf8')) as { admin: string };
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const client = EventStoreDBClient.connectionString(connectionString.replace('esdb://', `esdb://admin:${admin}@`));
    await client.appendToStream('$stream', testEvent(1));
    await client.dispose();
    expect(await running.kill('SIGTERM')).toBe(0);
    expect(running.stdout + running.stderr).not.toContain(admin);
    const list = program.start(env, ['user', 'list']);
    expect([await list.exit, list.stdout, list.stderr]).toEqual([0, 'admin $admins\nops $ops\n', '']);
    const wrong = program.start({ ...env, SLIPWAY_EVENTSTORE_TLS: 'yes' });
    expect([await wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('SLIPWAY_EVENTSTORE_TLS')]);
    program.remove();
  });
});
