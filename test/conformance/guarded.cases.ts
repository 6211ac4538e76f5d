import { status, type ServiceError } from '@grpc/grpc-js';
import type { Credentials } from '@eventstore/db-client';

import { Accounts } from './accounts.js';
import { refusalOf, type OfficialClient } from './clients.js';
import { onStream } from './consumer.js';
import { ask } from './http.cases.js';
import { loadProtocol, type Protocol } from './protocol.js';
import { openRawCalls, type RawCalls } from './raw-calls.js';
import { event, fresh, json, type Cases } from './support.js';
import { addressOf, target } from './targets.js';

/** What needs a user, what every user may know, and what nobody may do. */
export const guarded: Cases = (_official, name) => {
  let accounts: Accounts;
  let admin: OfficialClient;
  let plain: OfficialClient;
  let user: Credentials;
  beforeAll(async () => {
    accounts = await Accounts.open(name);
    admin = await accounts.client(accounts.admin);
    user = await accounts.user();
    plain = await accounts.client(user);
  });
  afterAll(() => accounts.close());

  it('/stats with TLS needs credentials', async () => {
    expect((await ask(target.secure(), '/stats')).status).toBe(401);
  });

  it('/stats with TLS needs credentials that are right', async () => {
    const wrong = { username: addressOf(target.secure()).credentials!.username, password: 'not-that-one' };
    expect((await ask(target.secure(), '/stats', { as: wrong })).status).toBe(401);
  });

  it.each<[string, () => Credentials | undefined, number, string | undefined]>([
    ['no credentials is denied access', () => undefined, status.PERMISSION_DENIED, 'access-denied'],
    ['wrong credentials is not known', () => ({ username: user.username, password: 'not-that-one' }), status.UNAUTHENTICATED, undefined],
    ['no right to it is denied access', () => user, status.PERMISSION_DENIED, 'access-denied'],
  ])('a call with %s', async (_who, as, code, exception) => {
    const raw = openRawCalls(target.secure());
    try {
      const { UsersService, DeleteReq } = await loadProtocol(name);
      const request = new DeleteReq().setOptions(new DeleteReq.Options().setLoginName(fresh('nobody')));
      const error = await raw.call(UsersService.delete, request, as()).then(() => undefined, (thrown: ServiceError) => thrown);
      expect([error?.code, error?.metadata.get('exception')[0]]).toEqual([code, exception]);
    } finally {
      raw.close();
    }
  });

  it('all users are told of to who asks for a blank name', async () => {
    const raw = openRawCalls(target.secure());
    try {
      const { UsersService, DetailsReq } = await loadProtocol(name);
      const request = new DetailsReq().setOptions(new DetailsReq.Options().setLoginName(' '));
      const names = (await raw.messages(UsersService.details, request, accounts.admin)).map((one) => one.getUserDetails()?.getLoginName());
      expect(names).toEqual(expect.arrayContaining([accounts.admin.username, user.username]));
    } finally {
      raw.close();
    }
  });

  it('a user has the full name that it was given last', async () => {
    const named = { username: fresh('named'), password: fresh('Secret-') };
    const raw = openRawCalls(target.secure());
    try {
      const { UsersService, DetailsReq } = await loadProtocol(name);
      const request = new DetailsReq().setOptions(new DetailsReq.Options().setLoginName(named.username));
      const fullName = async (): Promise<string | undefined> => (await raw.messages(UsersService.details, request, accounts.admin))[0]?.getUserDetails()?.getFullName();
      await accounts.create(named, [], accounts.admin, 'Nan Amed');
      expect(await fullName()).toBe('Nan Amed');
      await accounts.setGroups(named.username, ['team'], accounts.admin, 'Nan Med');
      expect(await fullName()).toBe('Nan Med');
    } finally {
      raw.close();
    }
  });

  it('$users says of each user that it was made', async () => {
    const told: string[] = [];
    for await (const { event: made } of admin.db.readStream('$users', { direction: 'backwards', fromRevision: 'end', maxCount: 50 })) {
      if (made?.type === '$User') told.push(Buffer.from(made.data as Uint8Array).toString());
    }
    expect(told).toContain(user.username);
  });

  it.each([['/info', 401], ['/ping', 401], ['/nothing', 401], ['/health/live', 204]])('%s with wrong credentials answers %d', async (path, expected) => {
    const wrong = { username: user.username, password: 'not-that-one' };
    expect((await ask(target.secure(), path, { as: wrong })).status).toBe(expected);
  });

  it.each<[string, (raw: RawCalls, protocol: Protocol, as?: Credentials) => Promise<unknown>]>([
    ['gossip', (raw, { GossipService, Empty }, as) => raw.call(GossipService.read, new Empty(), as)],
    ['server features', (raw, { ServerFeaturesService, Empty }, as) => raw.call(ServerFeaturesService.getSupportedMethods, new Empty(), as)],
  ])('%s may be asked without credentials, but not with wrong ones', async (_what, act) => {
    const raw = openRawCalls(target.secure());
    try {
      const protocol = await loadProtocol(name);
      const asking = (as?: Credentials): Promise<number | undefined> => act(raw, protocol, as).then(() => undefined, ({ code }: ServiceError) => code);
      expect([await asking(), await asking(user), await asking({ ...user, password: 'not-that-one' })]).toEqual([undefined, undefined, status.UNAUTHENTICATED]);
    } finally {
      raw.close();
    }
  });

  it('a user that is made again with the same password is the same user', async () => {
    await accounts.create(user);
  });

  it('every user may know how a group is doing, whatever the rights to its stream', async () => {
    const stream = fresh();
    await admin.append(`$$${stream}`, json('$metadata', { $acl: { $r: '$admins' } }));
    const group = onStream(admin, stream);
    await group.create();
    expect((await onStream(plain, stream, group.name).info()).groupName).toBe(group.name);
  });

  it('every user may list all groups', async () => {
    await onStream(admin).create();
    expect((await plain.db.listAllPersistentSubscriptions()).length).toBeGreaterThan(0);
  });

  it('nobody deletes a metadata stream, not even an administrator', async () => {
    const stream = fresh();
    await admin.append(stream, event(0));
    await admin.db.setStreamMetadata(stream, { maxCount: 3 });
    expect((await refusalOf(admin.db.deleteStream(`$$${stream}`))).type).toBe('access-denied');
  });

  it('nobody appends to $all, not even an administrator', async () => {
    expect((await refusalOf(admin.append('$all', event(0)))).type).toBe('access-denied');
  });
};
