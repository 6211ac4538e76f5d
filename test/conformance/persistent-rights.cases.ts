import { Accounts, freshName } from './accounts.js';
import { refusalOf, type OfficialClient } from './clients.js';
import { endConsumers, onAll, onStream, SOURCES } from './consumer.js';
import { event, eventually, fresh, json, type Cases } from './support.js';

export const persistentRights: Cases = (_official, name) => {
  let accounts: Accounts;
  let [admin, member, outsider, operator]: OfficialClient[] = [];
  const group = freshName('group');
  beforeAll(async () => {
    accounts = await Accounts.open(name);
    admin = await accounts.client(accounts.admin);
    member = await accounts.client(await accounts.user(group));
    outsider = await accounts.client(await accounts.user());
    operator = await accounts.client(await accounts.user('$ops'));
  });
  afterEach(endConsumers);
  afterAll(() => accounts.close());

  /** The group, and the same one for somebody else. */
  const groupOf = async (groupOn: typeof onStream, stream = fresh()) => {
    const made = groupOn(admin!, stream);
    await made.create();
    return { made, seenBy: (official: OfficialClient) => groupOn(official, stream, made.name) };
  };

  describe.each(SOURCES)('%s', (_source, groupOn) => {
    it.each<[string, () => OfficialClient]>([
      ['administrators', () => admin!],
      ['members of $ops', () => operator!],
    ])('%s make, change and remove groups, and replay what is parked', async (_who, official) => {
      const made = groupOn(official());
      await made.create();
      await made.update({ maxRetryCount: 3 });
      expect((await made.info()).settings).toMatchObject({ maxRetryCount: 3 });
      await made.replayParked();
      await made.remove();
    });

    it('plain users may do nothing of that', async () => {
      expect((await refusalOf(groupOn(member!).create())).type).toBe('access-denied');
      const { made, seenBy } = await groupOf(groupOn);
      const seen = seenBy(member!);
      for (const act of [seen.update({ maxRetryCount: 3 }), seen.replayParked(), seen.remove()]) expect((await refusalOf(act)).type).toBe('access-denied');
      expect((await made.info()).settings).toMatchObject({ maxRetryCount: 10 });
    });
  });

  it('a group of a stream is read by whoever may read the stream', async () => {
    const stream = fresh();
    await admin!.append(stream, event(4));
    await admin!.append(`$$${stream}`, json('$metadata', { $acl: { $r: group } }));
    const { seenBy } = await groupOf(onStream, stream);
    const denied = seenBy(outsider!).connect();
    await eventually(() => denied.errors.length > 0);
    expect(denied.errors).toEqual(['access-denied']);
    const allowed = seenBy(member!).connect();
    await allowed.got(1);
    expect(allowed.numbers()).toEqual([4]);
  });

  it('a group of an open stream is read by every user, and by nobody without credentials', async () => {
    const stream = fresh();
    await admin!.append(stream, event(4));
    const { seenBy } = await groupOf(onStream, stream);
    const denied = seenBy(await accounts.client()).connect();
    await eventually(() => denied.errors.length > 0);
    expect(denied.errors).toEqual(['access-denied']);
    await seenBy(outsider!).connect().got(1);
  });

  it('a group of $all is read by administrators only, also if others made it', async () => {
    const made = onAll(operator!);
    await made.create();
    await admin!.append(made.stream, event(4));
    for (const official of [operator!, member!]) {
      const denied = onAll(official, made.stream, made.name).connect();
      await eventually(() => denied.errors.length > 0);
      expect(denied.errors).toEqual(['access-denied']);
    }
    await onAll(admin!, made.stream, made.name).connect().got(1);
  });

  it('every user may know how a group of an open stream is doing', async () => {
    const { made, seenBy } = await groupOf(onStream);
    expect((await seenBy(outsider!).info()).groupName).toBe(made.name);
    expect(await outsider!.db.listPersistentSubscriptionsToStream(made.stream)).toHaveLength(1);
  });

  it('info tells who is connected', async () => {
    const { made, seenBy } = await groupOf(onStream);
    const user = await accounts.user();
    seenBy(await accounts.client(user)).connect();
    await eventually(async () => (await made.info()).connections.length === 1);
    expect((await made.info()).connections[0]).toMatchObject({ username: user.username });
  });

  it('the subsystem is restarted by administrators and operators only', async () => {
    expect((await refusalOf(member!.db.restartPersistentSubscriptionSubsystem())).type).toBe('access-denied');
    const { made } = await groupOf(onStream);
    await operator!.db.restartPersistentSubscriptionSubsystem();
    await eventually(async () => (await made.info().catch(() => undefined)) !== undefined);
  });
};
