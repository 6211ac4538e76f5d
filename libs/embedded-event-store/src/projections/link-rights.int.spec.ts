import { jsonEvent } from '@eventstore/db-client';

import { SecureTestStore } from '../testing/test-secure-store.js';
import { collect, eventually, failureOf } from '../testing/test-support.js';

jest.setTimeout(30_000);

const PASSWORD = 'correct horse: battery';
const store = new SecureTestStore({ systemProjections: true });
beforeAll(() => store.start());
afterAll(() => store.remove());

it('lets every user read link streams, but not write them, and shows through them only what that user may read', async () => {
  await store.access.users.add('anna', PASSWORD);
  const [admin, anna] = [store.first('admin'), store.client('anna', PASSWORD)];
  await admin.setStreamMetadata('order-secret', { acl: { readRoles: ['$admins'] } });
  for (const stream of ['order-open', 'order-secret']) await admin.appendToStream(stream, jsonEvent({ type: 'Placed', data: {}, metadata: { $correlationId: 'c-1' } }));
  for (const stream of ['$ce-order', '$et-Placed', '$bc-c-1']) {
    await eventually(async () => (await collect(admin.readStream(stream))).length >= 2);
    const seen = await collect(anna.readStream(stream, { resolveLinkTos: true }));
    expect(seen.map(({ event, link }) => [event?.streamId, link?.streamId])).toEqual([
      ['order-open', stream],
      [undefined, stream],
    ]);
    expect(await anna.getStreamMetadata(stream)).toMatchObject({ streamName: stream });
    expect(await failureOf(anna.appendToStream(stream, jsonEvent({ type: 'Placed', data: {} })))).toMatchObject({ type: 'access-denied' });
    expect(await failureOf(anna.deleteStream(stream))).toMatchObject({ type: 'access-denied' });
  }
  await admin.setStreamMetadata('$ce-order', { acl: { readRoles: ['$admins'] } });
  expect(await failureOf(collect(anna.readStream('$ce-order')))).toMatchObject({ type: 'access-denied' });
});
