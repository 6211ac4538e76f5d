import type { Credentials } from '@eventstore/db-client';

import { Accounts } from './accounts.js';
import { refusalOf, type OfficialClient } from './clients.js';
import { onStream } from './consumer.js';
import { endSubscriptions, listen } from './listener.js';
import { exceptionOf } from './raw-calls.js';
import { collect, event, eventually, fresh, numbersIn, type Cases } from './support.js';

const DENIED = { type: 'access-denied' };

/** Whatever needs to know who asks, on a stream that is there and open to everybody. */
const CALLS: readonly [string, (official: OfficialClient, stream: string) => Promise<unknown>][] = [
  ['a read', (official, stream) => numbersIn(official, stream)],
  ['a read of $all', ({ db }) => collect(db.readAll({ maxCount: 1 }))],
  ['an append', (official, stream) => official.append(stream, event(1))],
  ['a delete', ({ db }, stream) => db.deleteStream(stream)],
  ['a tombstone', ({ db }, stream) => db.tombstoneStream(stream)],
  ['a read of metadata', ({ db }, stream) => db.getStreamMetadata(stream)],
  ['a change of metadata', ({ db }, stream) => db.setStreamMetadata(stream, { maxCount: 1 })],
  ['a group', (official, stream) => onStream(official, stream).create()],
  ['a list of groups', ({ db }) => db.listAllPersistentSubscriptions()],
];

export const credentials: Cases = (_official, name) => {
  let accounts: Accounts;
  let admin: OfficialClient;
  beforeAll(async () => {
    accounts = await Accounts.open(name);
    admin = await accounts.client(accounts.admin);
  });
  afterEach(endSubscriptions);
  afterAll(() => accounts.close());

  const open = async (): Promise<string> => {
    const stream = fresh();
    await admin.append(stream, event(0));
    return stream;
  };
  const mayAppend = async (as: Credentials): Promise<boolean> => admin.append(fresh(), event(0), 'any', as).then(() => true, () => false);
  const mayReadAll = async (as: Credentials): Promise<boolean> => collect(admin.db.readAll({ maxCount: 1, credentials: as })).then(() => true, () => false);

  describe.each<[string, () => Promise<Credentials | undefined>]>([
    ['without credentials', () => Promise.resolve(undefined)],
    ['with a wrong password', async () => ({ username: (await accounts.user()).username, password: 'not-that-one' })],
    ['with an unknown user', () => Promise.resolve({ username: fresh('nobody'), password: 'whatever-it-is' })],
    ['with the name of a user in capitals', async () => {
      const { username, password } = await accounts.user();
      return { username: username.toUpperCase(), password };
    }],
  ])('%s', (_who, credentialsOf) => {
    let stranger: OfficialClient;
    beforeAll(async () => {
      stranger = await accounts.client(await credentialsOf());
    });

    it.each(CALLS)('%s is denied, and changes nothing', async (_call, act) => {
      const stream = await open();
      expect(await refusalOf(act(stranger, stream))).toMatchObject(DENIED);
      expect(await numbersIn(admin, stream)).toEqual([0]);
    });

    it('a subscription is denied', async () => {
      const listener = listen(stranger.db.subscribeToStream(await open()));
      await listener.heard('access-denied');
      expect(listener.numbers()).toEqual([]);
    });
  });

  it.each([
    ['letters that are not ASCII', 'Paßwort-☃-é'],
    ['colons', 'one:two:three'],
    ['characters that a URL would escape', 'a b@c/d?e=f&g%20'],
  ])('a password may hold %s', async (_what, password) => {
    const user = { username: fresh('user'), password };
    await accounts.create(user);
    const stream = fresh();
    await admin.append(stream, event(3), 'any', user);
    // Not through a connection string: the newer client reads with the password as it is written there.
    expect(await numbersIn(admin, stream, { credentials: user })).toEqual([3]);
  });

  it('those of a call count in the place of those of the connection', async () => {
    const user = await accounts.user();
    expect([await mayReadAll(accounts.admin), await mayReadAll(user)]).toEqual([true, false]);
    const plain = await accounts.client(user);
    expect(await collect(plain.db.readAll({ maxCount: 1, credentials: accounts.admin }))).toHaveLength(1);
  });

  it('wrong ones of a call are denied, whatever those of the connection', async () => {
    const stream = await open();
    const wrong = { username: accounts.admin.username, password: 'not-that-one' };
    expect(await refusalOf(admin.append(stream, event(1), 'any', wrong))).toMatchObject(DENIED);
    expect((await admin.append(stream, event(1))).nextExpectedRevision).toBe(1n);
  });

  describe('users', () => {
    it('that are removed may do nothing more', async () => {
      const user = await accounts.user();
      expect(await mayAppend(user)).toBe(true);
      await accounts.remove(user.username);
      await eventually(async () => !(await mayAppend(user)));
    });

    it('whose password was reset have the new one', async () => {
      const user = await accounts.user();
      expect(await mayAppend(user)).toBe(true);
      await accounts.resetPassword(user.username, 'Another-one-1');
      await eventually(async () => !(await mayAppend(user)));
      expect(await mayAppend({ ...user, password: 'Another-one-1' })).toBe(true);
    });

    it('change their own password, with the one that they have', async () => {
      const user = await accounts.user();
      expect(await exceptionOf(accounts.changePassword({ ...user, password: 'not-that-one' }, 'Another-one-2', user))).toBe('access-denied');
      expect(await mayAppend(user)).toBe(true);
      await accounts.changePassword(user, 'Another-one-2', user);
      await eventually(async () => !(await mayAppend(user)));
      expect(await mayAppend({ ...user, password: 'Another-one-2' })).toBe(true);
    });

    it('that join the administrators may do as these, until they leave', async () => {
      const user = await accounts.user();
      expect(await mayReadAll(user)).toBe(false);
      await accounts.setGroups(user.username, ['$admins']);
      await eventually(() => mayReadAll(user));
      await accounts.setGroups(user.username, []);
      await eventually(async () => !(await mayReadAll(user)));
    });

    it('are made once', async () => {
      const user = await accounts.user();
      expect(await exceptionOf(accounts.create({ ...user, password: 'Another-one-3' }))).toBe('user-conflict');
      expect(await mayAppend(user)).toBe(true);
    });

    it.each<[string, (username: string) => Promise<void>]>([
      ['an update', (username) => accounts.setGroups(username, [])],
      ['a reset', (username) => accounts.resetPassword(username, 'Another-one-4')],
      ['a removal', (username) => accounts.remove(username)],
    ])('%s of one that is not there is refused', async (_call, act) => {
      expect(await exceptionOf(act(fresh('nobody')))).toBe('user-not-found');
    });

    it.each<[string, string[]]>([
      ['plain users', []],
      ['members of $ops', ['$ops']],
    ])('are not managed by %s', async (_who, groups) => {
      const [user, other] = [await accounts.user(...groups), await accounts.user()];
      expect(await exceptionOf(accounts.create({ username: fresh('user'), password: 'Secret-of-it' }, [], user))).toBe('access-denied');
      expect(await exceptionOf(accounts.setGroups(user.username, ['$admins'], user))).toBe('access-denied');
      expect(await exceptionOf(accounts.resetPassword(other.username, 'Another-one-5', user))).toBe('access-denied');
      expect(await exceptionOf(accounts.remove(other.username, user))).toBe('access-denied');
      expect(await mayAppend(other)).toBe(true);
    });
  });
};
