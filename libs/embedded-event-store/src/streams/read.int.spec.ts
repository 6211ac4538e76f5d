import { BACKWARDS, END, jsonEvent, START, type ReadRevision } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { Empty } from '@eventstore/db-client/generated/shared_pb';
import { credentials } from '@grpc/grpc-js';

import { collect, failureOf, numberOf, testEvent, testEvents, TestStore } from '../testing/test-support.js';

jest.setTimeout(30_000);

const store = new TestStore();
beforeAll(() => store.start());
afterAll(() => store.remove());

const read = async (...args: Parameters<typeof store.client.readStream>) => (await collect(store.client.readStream(...args))).map(numberOf);

describe('reading a stream', () => {
  const stream = 'numbers';
  beforeAll(() => store.client.appendToStream(stream, testEvents(10)));

  it.each<[string, 'forwards' | 'backwards', ReadRevision, number, number[]]>([
    ['forwards from the start', 'forwards', START, 3, [0, 1, 2]],
    ['forwards from a revision, itself included', 'forwards', 7n, 100, [7, 8, 9]],
    ['forwards from beyond the end', 'forwards', 50n, 100, []],
    ['backwards from the end', 'backwards', END, 3, [9, 8, 7]],
    ['backwards from a revision, itself included', 'backwards', 2n, 100, [2, 1, 0]],
    ['backwards from beyond the end', 'backwards', 50n, 2, [9, 8]],
    ['backwards from the start', 'backwards', START, 5, [0]],
  ])('%s', async (_case, direction, fromRevision, maxCount, expected) => {
    expect(await read(stream, { direction, fromRevision, maxCount })).toEqual(expected);
  });

  it('fails for a stream that does not exist', async () => {
    expect(await failureOf(read('nowhere'))).toMatchObject({ type: 'stream-not-found', streamName: 'nowhere' });
  });

  it('goes through many pages, in both directions', async () => {
    const long = store.stream();
    for (let i = 0; i < 5; i++) await store.client.appendToStream(long, testEvents(400));
    const numbers = await read(long);
    expect(numbers).toHaveLength(2000);
    expect(await read(long, { direction: BACKWARDS, fromRevision: END })).toEqual(numbers.reverse());
  });

  it('can be left early', async () => {
    // Long, because the client's dispose() hangs on a read that was left with its whole answer in the client's buffer.
    const long = store.stream();
    for (let i = 0; i < 8; i++) await store.client.appendToStream(long, testEvents(400));
    for await (const resolved of store.client.readStream(long)) if (numberOf(resolved) === 2) break;
    expect(await read(stream, { maxCount: 1 })).toEqual([0]);
  });
});

describe('reading $all', () => {
  it('goes in order of position, from and to positions that include forwards and exclude backwards', async () => {
    const stream = store.stream();
    for (let n = 0; n < 5; n++) await store.client.appendToStream(stream, testEvent(n));
    const all = await collect(store.client.readAll());
    const positions = all.map(({ event }) => event!.position.commit);
    expect(positions).toEqual([...positions].sort((a, b) => Number(a - b)));
    expect(new Set(positions).size).toBe(positions.length);
    expect(all.slice(-5).map(numberOf)).toEqual([0, 1, 2, 3, 4]);
    const third = all[all.length - 3]!.event!.position;
    expect((await collect(store.client.readAll({ fromPosition: third }))).map(numberOf)).toEqual([2, 3, 4]);
    expect((await collect(store.client.readAll({ fromPosition: third, direction: BACKWARDS, maxCount: 2 }))).map(numberOf)).toEqual([1, 0]);
    expect((await collect(store.client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 2 }))).map(numberOf)).toEqual([4, 3]);
    expect(await collect(store.client.readAll({ fromPosition: END }))).toEqual([]);
    expect(await collect(store.client.readAll({ fromPosition: START, direction: BACKWARDS }))).toEqual([]);
  });

  it('filters on the server', async () => {
    await store.client.appendToStream(store.stream('wanted'), testEvents(3));
    const client = new StreamsClient(`127.0.0.1:${store.running.port}`, credentials.createInsecure());
    const expression = new ReadReq.Options.FilterOptions.Expression().setRegex('^wanted-');
    const filter = new ReadReq.Options.FilterOptions().setStreamIdentifier(expression).setCount(new Empty()).setCheckpointintervalmultiplier(1);
    const options = new ReadReq.Options().setAll(new ReadReq.Options.AllOptions().setStart(new Empty())).setCount('2').setFilter(filter);
    const answers = await collect<ReadResp>(client.read(new ReadReq().setOptions(options)));
    client.close();
    expect(answers.map((answer) => Number(answer.getEvent()?.getEvent()?.getStreamRevision()))).toEqual([0, 1]);
  });
});

describe('links', () => {
  it('lead to their events, if asked to', async () => {
    const [target, links] = [store.stream(), store.stream()];
    await store.client.appendToStream(target, testEvents(2));
    const link = (text: string) => ({ ...jsonEvent({ type: '$>', data: {} }), contentType: 'application/octet-stream' as const, data: Buffer.from(text) });
    await store.client.appendToStream(links, [link(`1@${target}`), link('5@nowhere')] as never);
    const resolved = await collect(store.client.readStream(links, { resolveLinkTos: true }));
    expect(resolved[0]).toMatchObject({ event: { streamId: target, revision: 1n }, link: { streamId: links, revision: 0n } });
    expect(resolved[1]?.event).toBeUndefined();
    expect(resolved[1]?.link).toMatchObject({ streamId: links, revision: 1n });
    const plain = await collect(store.client.readStream(links));
    expect(plain[0]?.link).toBeUndefined();
    expect(plain[0]?.event?.type).toBe('$>');
  });
});

describe('stream metadata', () => {
  it('is given back as it was set', async () => {
    const stream = store.stream();
    expect((await store.client.getStreamMetadata(stream)).metadata).toBeUndefined();
    const metadata = { maxCount: 5, maxAge: 60, truncateBefore: 1, cacheControl: 3, acl: { readRoles: ['a'], writeRoles: ['b'] }, custom: { x: 1 } };
    await store.client.setStreamMetadata(stream, { ...metadata, maxCount: 1 });
    await store.client.setStreamMetadata(stream, metadata);
    const found = await store.client.getStreamMetadata(stream);
    expect(found.metadata).toEqual(metadata);
    expect(typeof found.metastreamRevision).toBe('bigint');
  });

  it('hides events by count and by revision, in both directions, but not in $all', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(10));
    await store.client.setStreamMetadata(stream, { maxCount: 3 });
    expect(await read(stream)).toEqual([7, 8, 9]);
    expect(await read(stream, { direction: BACKWARDS, fromRevision: END })).toEqual([9, 8, 7]);
    expect(await read(stream, { fromRevision: 8n })).toEqual([8, 9]);
    await store.client.setStreamMetadata(stream, { truncateBefore: 9 });
    expect(await read(stream)).toEqual([9]);
    await store.client.setStreamMetadata(stream, { truncateBefore: 100 });
    expect(await read(stream)).toEqual([]);
    const all = await collect(store.client.readAll());
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(10);
  });

  it('hides events by age', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(2));
    await store.client.setStreamMetadata(stream, { maxAge: 1 });
    expect(await read(stream)).toEqual([0, 1]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await read(stream)).toEqual([]);
    await store.client.appendToStream(stream, testEvent(2));
    expect(await read(stream)).toEqual([2]);
    expect(await read(stream, { direction: BACKWARDS, fromRevision: END })).toEqual([2]);
  });

  it('survives a restart', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(4));
    await store.client.setStreamMetadata(stream, { maxCount: 1 });
    await store.restart();
    expect(await read(stream)).toEqual([3]);
  });
});

describe('deleting', () => {
  it('hides a stream until it is appended to again, behind its past', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(3));
    await store.client.setStreamMetadata(stream, { custom: 'kept?' });
    expect((await failureOf(store.client.deleteStream(stream, { expectedRevision: 1n }))).type).toBe('wrong-expected-version');
    expect(typeof (await store.client.deleteStream(stream, { expectedRevision: 2n })).position?.commit).toBe('bigint');
    expect((await failureOf(read(stream))).type).toBe('stream-not-found');
    expect((await failureOf(store.client.appendToStream(stream, testEvent(3), { expectedRevision: 'stream_exists' }))).type).toBe('stream-deleted');
    await store.restart();
    expect((await failureOf(read(stream))).type).toBe('stream-not-found');
    expect((await store.client.appendToStream(stream, testEvent(3), { expectedRevision: 'no_stream' })).nextExpectedRevision).toBe(3n);
    expect(await read(stream)).toEqual([3]);
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 3 });
  });

  it('fails for a stream that does not exist', async () => {
    expect(await failureOf(store.client.deleteStream(store.stream()))).toMatchObject({ type: 'wrong-expected-version', actualVersion: -1n });
  });

  it('with a tombstone is for good', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(3));
    expect((await failureOf(store.client.tombstoneStream(stream, { expectedRevision: 0n }))).type).toBe('wrong-expected-version');
    await store.client.tombstoneStream(stream, { expectedRevision: 2n });
    for (const action of [
      () => read(stream),
      () => store.client.appendToStream(stream, testEvent(1)),
      () => store.client.appendToStream(stream, testEvent(1), { credentials: { username: 'a', password: 'b' } }),
      () => store.client.deleteStream(stream),
      () => store.client.tombstoneStream(stream),
    ]) {
      expect(await failureOf(action())).toMatchObject({ type: 'stream-deleted', streamName: stream });
    }
    await store.restart();
    expect((await failureOf(read(stream))).type).toBe('stream-deleted');
    const unborn = store.stream();
    await store.client.tombstoneStream(unborn, { expectedRevision: 'no_stream' });
    expect((await failureOf(store.client.appendToStream(unborn, testEvent(1)))).type).toBe('stream-deleted');
  });
});

describe('what is not there', () => {
  it('answers that it is not implemented', async () => {
    expect(await failureOf(store.client.createProjection('p', 'fromAll()'))).toMatchObject({ code: 12 });
  });
});
