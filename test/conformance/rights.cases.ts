import type { Credentials } from '@eventstore/db-client';

import { Accounts, freshName } from './accounts.js';
import type { OfficialClient } from './clients.js';
import { endSubscriptions, listen } from './listener.js';
import { collect, event, fresh, json, numbersIn, type Cases } from './support.js';

type Act = (official: OfficialClient, stream: string, as?: Credentials) => Promise<unknown>;
type Right = '$r' | '$w' | '$d' | '$mr' | '$mw';

/** For each right of an ACL the calls that need it. */
const ACTS: readonly [Right, string, Act][] = [
  ['$r', 'a read', (official, stream, credentials) => numbersIn(official, stream, { credentials })],
  ['$r', 'a read backwards', (official, stream, credentials) => numbersIn(official, stream, { direction: 'backwards', fromRevision: 'end', credentials })],
  ['$w', 'a batch append', (official, stream) => official.append(stream, event(1))],
  ['$w', 'an append with credentials', (official, stream, credentials) => official.append(stream, event(1), 'any', credentials)],
  ['$d', 'a delete', ({ db }, stream, credentials) => db.deleteStream(stream, { credentials })],
  ['$d', 'a tombstone', ({ db }, stream, credentials) => db.tombstoneStream(stream, { credentials })],
  ['$mr', 'a read of metadata', ({ db }, stream, credentials) => db.getStreamMetadata(stream, { credentials })],
  ['$mr', 'a read of the metadata stream', (official, stream, credentials) => numbersIn(official, `$$${stream}`, { credentials })],
  ['$mw', 'a change of metadata', ({ db }, stream, credentials) => db.setStreamMetadata(stream, { maxCount: 9 }, { credentials })],
  ['$mw', 'an append to the metadata stream', (official, stream) => official.append(`$$${stream}`, json('$metadata', { $maxCount: 9 }))],
];

/** Done, or the type of the refusal. */
async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'done', (error: { type?: string }) => error.type ?? 'another error');
}

export const rights: Cases = (_official, name) => {
  let accounts: Accounts;
  let admin: OfficialClient;
  /** In `group`; `outsider` is in none; `operator` in $ops. */
  let [member, outsider, operator]: Credentials[] = [];
  let as: { readonly member: OfficialClient; readonly outsider: OfficialClient; readonly operator: OfficialClient };
  const group = freshName('group');
  beforeAll(async () => {
    accounts = await Accounts.open(name);
    admin = await accounts.client(accounts.admin);
    [member, outsider, operator] = [await accounts.user(group), await accounts.user(), await accounts.user('$ops')];
    as = { member: await accounts.client(member), outsider: await accounts.client(outsider), operator: await accounts.client(operator) };
  });
  afterEach(endSubscriptions);
  afterAll(() => accounts.close());

  const setAcl = (stream: string, $acl: unknown): Promise<unknown> => admin.append(`$$${stream}`, json('$metadata', { $acl: $acl as object }));
  const streamWith = async ($acl: unknown, prefix?: string): Promise<string> => {
    const stream = fresh(prefix);
    await admin.append(stream, event(0));
    await setAcl(stream, $acl);
    return stream;
  };

  describe.each(ACTS)('%s: %s', (right, _act, act) => {
    it('may everybody who is known, if the ACL says nothing of it', async () => {
      expect(await outcome(act(as.outsider, await streamWith({}), outsider))).toBe('done');
    });

    it('may who is in the group that it is given to, an administrator, and no other', async () => {
      const acl = { [right]: group };
      expect(await outcome(act(as.member, await streamWith(acl), member))).toBe('done');
      expect(await outcome(act(admin, await streamWith(acl), accounts.admin))).toBe('done');
      expect(await outcome(act(as.outsider, await streamWith(acl), outsider))).toBe('access-denied');
      expect(await outcome(act(as.operator, await streamWith(acl), operator))).toBe('access-denied');
    });

    it('may everybody who is known, if only other rights are taken', async () => {
      const others = ['$r', '$w', '$d', '$mr', '$mw'].filter((other) => other !== right);
      const acl = Object.fromEntries(others.map((other) => [other, '$admins']));
      expect(await outcome(act(as.outsider, await streamWith(acl), outsider))).toBe('done');
    });

    it('may only administrators with a system stream, unless its ACL gives it', async () => {
      expect(await outcome(act(as.operator, await streamWith({}, '$system'), operator))).toBe('access-denied');
      expect(await outcome(act(admin, await streamWith({}, '$system'), accounts.admin))).toBe('done');
      expect(await outcome(act(as.member, await streamWith({ [right]: group }, '$system'), member))).toBe('done');
    });
  });

  describe.each(ACTS.filter(([right], index) => right !== ACTS[index - 1]?.[0]))('%s: %s', (right, _act, act) => {
    it.each<[string, () => unknown]>([
      ['a user', () => member!.username],
      ['a list with the user', () => ['somebody', member!.username]],
      ['a list with the group', () => [group, 'somebody']],
    ])('may who is named by %s, and no other', async (_how, names) => {
      const acl = { [right]: names() };
      expect(await outcome(act(as.member, await streamWith(acl), member))).toBe('done');
      expect(await outcome(act(as.outsider, await streamWith(acl), outsider))).toBe('access-denied');
    });

    it.each([['$all', '$all'], ['a list with $all', ['somebody', '$all']]])('may everybody who is known, if it is given to %s', async (_how, names) => {
      expect(await outcome(act(as.outsider, await streamWith({ [right]: names }), outsider))).toBe('done');
    });

    it.each([['nobody', []], ['$admins', '$admins']])('may only administrators, if it is given to %s', async (_how, names) => {
      expect(await outcome(act(as.member, await streamWith({ [right]: names }), member))).toBe('access-denied');
      expect(await outcome(act(admin, await streamWith({ [right]: names }), accounts.admin))).toBe('done');
    });
  });

  it('a subscription needs the right to read', async () => {
    const stream = await streamWith({ $r: group });
    const [allowed, denied] = [listen(as.member.db.subscribeToStream(stream)), listen(as.outsider.db.subscribeToStream(stream))];
    await Promise.all([allowed.heard(0), denied.heard('access-denied')]);
    expect(denied.numbers()).toEqual([]);
  });

  // EventStoreDB does so from 24.10.
  it('a subscription ends when the right to read is taken away, though nothing new comes', async () => {
    const stream = await streamWith({ $r: group });
    const [taken, kept] = [listen(as.member.db.subscribeToStream(stream)), listen(admin.db.subscribeToStream(stream))];
    await Promise.all([taken.heard('caught up'), kept.heard('caught up')]);
    await setAcl(stream, { $r: '$admins' });
    await taken.heard('access-denied');
    await admin.append(stream, event(1));
    await kept.heard(1);
    expect(taken.numbers()).toEqual([0]);
  });

  it('a refused append writes nothing, and the next one goes through the same connection', async () => {
    const [closed, free] = [await streamWith({ $w: '$admins' }), fresh()];
    expect(await outcome(as.member.append(closed, event(1)))).toBe('access-denied');
    expect(await outcome(as.member.append(free, event(1)))).toBe('done');
    expect(await numbersIn(admin, closed)).toEqual([0]);
  });

  it('an ACL counts as soon as it is set, and until another is', async () => {
    const stream = await streamWith({});
    for (const [acl, expected] of [[{ $w: '$admins' }, 'access-denied'], [{ $w: group }, 'done'], [{ $r: group }, 'done'], [{ $w: [] }, 'access-denied']] as const) {
      await setAcl(stream, acl);
      expect(await outcome(as.member.append(stream, event(1)))).toBe(expected);
      expect(await outcome(as.member.append(stream, event(1), 'any', member))).toBe(expected);
    }
  });

  it('an ACL may be there before the stream', async () => {
    const stream = fresh();
    await setAcl(stream, { $w: group });
    expect(await outcome(as.outsider.append(stream, event(0)))).toBe('access-denied');
    expect(await outcome(as.member.append(stream, event(0)))).toBe('done');
  });

  it('whoever may write metadata may give away the stream', async () => {
    const stream = await streamWith({ $r: '$admins', $mw: group });
    await as.member.db.setStreamMetadata(stream, { acl: { readRoles: [outsider!.username] } });
    expect(await outcome(numbersIn(as.outsider, stream))).toBe('done');
    expect(await outcome(numbersIn(as.member, stream))).toBe('access-denied');
  });

  describe('$all', () => {
    const readAll = (official: OfficialClient): Promise<string> => outcome(collect(official.db.readAll({ maxCount: 1 })));

    it('is read by administrators only', async () => {
      expect([await readAll(admin), await readAll(as.member), await readAll(as.operator)]).toEqual(['done', 'access-denied', 'access-denied']);
    });

    it('is subscribed to by administrators only', async () => {
      const [allowed, denied] = [admin, as.member].map(({ db }) => listen(db.subscribeToAll({ fromPosition: 'end' })));
      await Promise.all([allowed!.heard('confirmation'), denied!.heard('access-denied')]);
    });

    it('may be opened by an ACL of its own', async () => {
      await setAcl('$all', { $r: group });
      try {
        expect([await readAll(as.member), await readAll(as.outsider)]).toEqual(['done', 'access-denied']);
      } finally {
        await setAcl('$all', {});
      }
      expect(await readAll(as.member)).toBe('access-denied');
    });
  });

  describe('$settings', () => {
    const during = async (settings: object, check: () => Promise<void>): Promise<void> => {
      await admin.append('$settings', json('$settings', settings as Record<string, never>));
      try {
        await check();
      } finally {
        await admin.append('$settings', json('$settings', {}));
      }
    };

    it('say who may do what with streams that have no ACL', async () => {
      const [plain, own] = [await streamWith({}), await streamWith({ $r: '$all' })];
      await during({ $userStreamAcl: { $r: group } }, async () => {
        expect(await outcome(numbersIn(as.member, plain))).toBe('done');
        expect(await outcome(numbersIn(as.outsider, plain))).toBe('access-denied');
        expect(await outcome(as.outsider.append(plain, event(1)))).toBe('done');
        expect(await outcome(numbersIn(as.outsider, own))).toBe('done');
      });
      expect(await outcome(numbersIn(as.outsider, plain))).toBe('done');
    });

    // EventStoreDB does so from 24.10.
    it('end subscriptions to what they close', async () => {
      const listener = listen(as.outsider.db.subscribeToStream(await streamWith({})));
      await listener.heard('caught up');
      await during({ $userStreamAcl: { $r: group } }, () => listener.heard('access-denied'));
    });

    it('say it of system streams apart', async () => {
      const [plain, system] = [await streamWith({}), await streamWith({}, '$system')];
      await during({ $systemStreamAcl: { $r: group } }, async () => {
        expect(await outcome(numbersIn(as.member, system))).toBe('done');
        expect(await outcome(numbersIn(as.outsider, system))).toBe('access-denied');
        expect(await outcome(as.member.append(system, event(1)))).toBe('access-denied');
        expect(await outcome(numbersIn(as.outsider, plain))).toBe('done');
      });
      expect(await outcome(numbersIn(as.member, system))).toBe('access-denied');
    });

    it('are written by administrators only', async () => {
      for (const official of [as.member, as.operator]) expect(await outcome(official.append('$settings', json('$settings', {})))).toBe('access-denied');
    });
  });
};
