import { persistentSubscriptionToAllSettingsFromDefaults, type EventStoreDBClient } from '@eventstore/db-client';

import { SecureTestStore } from '../testing/test-secure-store.js';
import { collect, failureOf, testEvent } from '../testing/test-support.js';
import { refusalLine, type Refusal } from './refusal.js';

const PASSWORD = 'correct horse: battery';
const store = new SecureTestStore();
let anna: EventStoreDBClient;
beforeAll(async () => {
  await store.start();
  await store.access.users.add('anna', PASSWORD);
  await store.first('admin').setStreamMetadata('closed', { acl: { readRoles: ['$admins'], writeRoles: ['$admins'], deleteRoles: ['$admins'], metaReadRoles: ['$admins'], metaWriteRoles: ['$admins'] } });
  anna = store.client('anna', PASSWORD);
  await anna.appendToStream('open', testEvent(1));
});
afterAll(() => store.remove());
beforeEach(() => void (store.refusals.length = 0));

/** Given call by call they take another path than in a connection string. */
const credentials = { username: 'anna', password: PASSWORD };

const cases: [what: string, run: () => Promise<unknown>, expected: Refusal][] = [
  ['an append in a batch', () => anna.appendToStream('closed', testEvent(1)), { user: 'anna', operation: 'write', stream: 'closed' }],
  ['an append of its own', () => anna.appendToStream('closed', testEvent(1), { credentials }), { user: 'anna', operation: 'write', stream: 'closed' }],
  ['new metadata', () => anna.setStreamMetadata('closed', {}), { user: 'anna', operation: 'write', stream: '$$closed' }],
  ['rules that nobody would understand, of one who may write none', () => anna.appendToStream('$policies', testEvent(1)), { user: 'anna', operation: 'write', stream: '$policies' }],
  ['a delete', () => anna.deleteStream('closed'), { user: 'anna', operation: 'delete', stream: 'closed' }],
  ['a tombstone', () => anna.tombstoneStream('closed'), { user: 'anna', operation: 'tombstone', stream: 'closed' }],
  ['a read', () => collect(anna.readStream('closed')), { user: 'anna', operation: 'read', stream: 'closed' }],
  ['a read of everything', () => collect(anna.readAll()), { user: 'anna', operation: 'read', stream: '$all' }],
  ['a new group', () => anna.createPersistentSubscriptionToAll('group', persistentSubscriptionToAllSettingsFromDefaults()), { user: 'anna', operation: 'manage groups without $admins or $ops', stream: undefined }],
  ['a wrong password', () => collect(store.client('anna', 'wrong password').readStream('open')), { user: 'anna', operation: 'sign-in' }],
];

it.each(cases)('tells once of %s', async (_what, run, expected) => {
  expect(await failureOf(run())).toMatchObject({ type: 'access-denied' });
  expect(store.refusals).toEqual([expected]);
});

it('tells of nothing that was allowed', async () => {
  await anna.appendToStream('open', testEvent(1));
  await collect(anna.readStream('open'));
  expect(store.refusals).toEqual([]);
});

it('is a warning of one line in the log, whatever the stream is called', () => {
  const line = refusalLine({ user: 'anna', operation: 'write', stream: 'a\n"b"' }, new Date(0));
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(line)).toEqual({ level: 40, time: '1970-01-01T00:00:00.000Z', service: 'event-store', user: 'anna', operation: 'write', stream: 'a\n"b"', msg: 'refused' });
});
