import { ANY, binaryEvent, jsonEvent, NO_STREAM, STREAM_EXISTS, type AppendExpectedRevision, type EventData } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';
import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { credentials, status, type ClientDuplexStream } from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb';

import { collect, eventually, failureOf, numberOf, testEvent, testEvents, TestStore } from '../testing/test-support.js';

jest.setTimeout(30_000);

const store = new TestStore();
beforeAll(() => store.start());
afterAll(() => store.remove());

/** The client takes the slower append call when an append has credentials of its own. */
const paths = [
  ['batch append', undefined],
  ['append', { username: 'any', password: 'thing' }],
] as const;

describe.each(paths)('%s', (_name, credentials) => {
  const append = (stream: string, events: EventData | EventData[], expectedRevision: AppendExpectedRevision = ANY) =>
    store.client.appendToStream(stream, events, { expectedRevision, credentials });

  it('answers with revision and position, and positions grow', async () => {
    const [one, other] = [store.stream(), store.stream()];
    const first = await append(one, testEvents(3), NO_STREAM);
    const second = await append(other, testEvent(1));
    const third = await append(one, testEvent(3), 2n);
    expect([first, second, third].map((result) => result.nextExpectedRevision)).toEqual([2n, 0n, 3n]);
    const positions = [first, second, third].map((result) => result.position!.commit);
    expect(positions[0]! < positions[1]! && positions[1]! < positions[2]!).toBe(true);
    expect(first.position!.commit).toBe(first.position!.prepare);
  });

  it.each<[string, number, AppendExpectedRevision, bigint | 'no_stream']>([
    ['a revision of a stream that does not exist', 0, 0n, 'no_stream'],
    ['any stream where there is none', 0, STREAM_EXISTS, 'no_stream'],
    ['no stream where there is one', 2, NO_STREAM, 1n],
    ['a revision that has passed', 3, 1n, 2n],
    ['a revision that is still to come', 1, 5n, 0n],
  ])('refuses to append if it expects %s', async (_case, existing, expected, actual) => {
    const stream = store.stream();
    if (existing > 0) await append(stream, testEvents(existing));
    const error = await failureOf(append(stream, testEvent(9), expected));
    expect(error).toMatchObject({ type: 'wrong-expected-version', streamName: stream, expectedVersion: expected, actualVersion: actual });
  });

  it('appends to a stream that exists if it has events or only metadata', async () => {
    const [events, metadata] = [store.stream(), store.stream()];
    await append(events, testEvent(0));
    await store.client.setStreamMetadata(metadata, { maxCount: 10 });
    expect((await append(events, testEvent(1), STREAM_EXISTS)).nextExpectedRevision).toBe(1n);
    expect((await append(metadata, testEvent(0), STREAM_EXISTS)).nextExpectedRevision).toBe(0n);
  });

  it('succeeds with nothing to append', async () => {
    const stream = store.stream();
    await append(stream, testEvents(2));
    expect(await append(stream, [], 1n)).toMatchObject({ success: true, nextExpectedRevision: 1n });
  });

  it.each<[string, AppendExpectedRevision]>([
    ['an exact revision', 0n],
    ['no expectation', ANY],
    ['an existing stream', STREAM_EXISTS],
  ])('answers a repeat with %s as the first time', async (_case, expected) => {
    const stream = store.stream();
    await append(stream, testEvent(0));
    const events = testEvents(3);
    const first = await append(stream, events, expected);
    await append(stream, testEvent(9));
    expect(await append(stream, events, expected)).toEqual(first);
    expect(await collect(store.client.readStream(stream))).toHaveLength(5);
  });

  it('answers a repeat of a first append with no stream expected', async () => {
    const stream = store.stream();
    const events = testEvents(2);
    const first = await append(stream, events, NO_STREAM);
    expect(await append(stream, events, NO_STREAM)).toEqual(first);
  });

  it.each<[string, AppendExpectedRevision]>([
    ['an exact revision', 0n],
    ['no expectation', ANY],
  ])('refuses a partial repeat with %s', async (_case, expected) => {
    const stream = store.stream();
    const [a, b, c, d] = testEvents(4);
    await append(stream, a!);
    await append(stream, [b!, c!], expected);
    expect((await failureOf(append(stream, [b!, d!], expected))).type).toBe('wrong-expected-version');
    expect(await collect(store.client.readStream(stream))).toHaveLength(3);
  });

  it('takes the same event id in another stream', async () => {
    const event = testEvent(0);
    for (const stream of [store.stream(), store.stream()]) expect((await append(stream, event)).nextExpectedRevision).toBe(0n);
  });

  it('refuses an append above one mebibyte and takes one just below', async () => {
    const binary = (size: number) => binaryEvent({ type: 'Blob', data: Buffer.alloc(size, 7) });
    const limit = 1024 * 1024 - 2 * 'Blob'.length;
    expect(await failureOf(append(store.stream(), binary(limit + 1)))).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1024 * 1024 });
    const halves = [binary(limit / 2), binary(limit / 2)];
    expect((await failureOf(append(store.stream(), halves))).type).toBe('maximum-append-size-exceeded');
    const stream = store.stream();
    await append(stream, binary(limit));
    const [event] = await collect(store.client.readStream(stream));
    expect(Buffer.from(event!.event!.data as Uint8Array).equals(Buffer.alloc(limit, 7))).toBe(true);
  });

  it('gives back what was appended', async () => {
    const stream = store.stream('Ünïcode ☃');
    const json = jsonEvent({ type: 'Typ ☃', data: { text: 'ü', deep: { list: [1, null] } }, metadata: { who: 'me' } });
    const binary = binaryEvent({ type: 'Bytes', data: Buffer.from([0, 1, 255]), metadata: Buffer.from([9, 8]) });
    const before = Date.now();
    await append(stream, [json, binary]);
    const [first, second] = (await collect(store.client.readStream(stream))).map(({ event }) => event!);
    expect(first).toMatchObject({ id: json.id, streamId: stream, type: 'Typ ☃', revision: 0n, isJson: true, data: json.data, metadata: { who: 'me' } });
    expect(second).toMatchObject({ id: binary.id, type: 'Bytes', revision: 1n, isJson: false });
    expect([...(second!.data as Uint8Array)]).toEqual([0, 1, 255]);
    expect([...(second!.metadata as Uint8Array)]).toEqual([9, 8]);
    expect(Math.abs(first!.created.getTime() - before)).toBeLessThan(5000);
  });

  it('lets one of many writers of a revision win', async () => {
    const stream = store.stream();
    const results = await Promise.allSettled(testEvents(20).map((event) => append(stream, event, NO_STREAM)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await collect(store.client.readStream(stream))).toHaveLength(1);
  });

  it.each(['', '$all', '$$'])('refuses to append to %j', async (stream) => {
    expect((await failureOf(append(stream, testEvent(0)))).message).not.toBe('');
  });

  it('refuses an event whose id is no UUID', async () => {
    const error = await failureOf(append(store.stream(), jsonEvent({ id: 'x', type: 'T', data: {} })));
    expect(error).toMatchObject({ type: 'unknown', message: expect.stringMatching(/UUID/) as string });
  });
});

describe('idempotency after a restart', () => {
  it.each<[string, AppendExpectedRevision]>([
    ['an exact revision', 0n],
    ['no expectation', ANY],
  ])('holds for %s', async (_case, expected) => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvent(0));
    const events = testEvents(5);
    const first = await store.client.appendToStream(stream, events, { expectedRevision: expected });
    await store.client.appendToStream(stream, testEvents(20));
    await store.restart();
    expect(await store.client.appendToStream(stream, events, { expectedRevision: expected })).toEqual(first);
    const other = [...events.slice(0, 2), testEvent(8)];
    expect((await failureOf(store.client.appendToStream(stream, other, { expectedRevision: expected }))).type).toBe('wrong-expected-version');
    expect((await collect(store.client.readStream(stream))).map(numberOf).slice(0, 6)).toEqual([0, 0, 1, 2, 3, 4]);
  });
});

describe('the batch append stream', () => {
  let client: StreamsClient;
  let call: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;
  let answers: BatchAppendResp[];

  beforeEach(() => {
    client = new StreamsClient(`127.0.0.1:${store.running.port}`, credentials.createInsecure());
    call = client.batchAppend();
    answers = [];
    call.on('data', (answer: BatchAppendResp) => answers.push(answer));
    call.on('error', () => undefined);
  });
  afterEach(() => {
    call.cancel();
    client.close();
  });

  function chunk(id: string, final: boolean, options?: { stream: string; deadline?: number }, data?: Buffer): BatchAppendReq {
    const request = new BatchAppendReq().setCorrelationId(new UUID().setString(id)).setIsFinal(final);
    if (options !== undefined) {
      const deadline = Timestamp.fromDate(new Date(options.deadline ?? Date.now() + 5000));
      const identifier = new StreamIdentifier().setStreamName(Buffer.from(options.stream));
      request.setOptions(new BatchAppendReq.Options().setStreamIdentifier(identifier).setAny(new Empty()).setDeadline(deadline));
    }
    if (data !== undefined) {
      const event = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(testEvent(0).id)).setData(data);
      event.getMetadataMap().set('type', 'T').set('content-type', 'application/octet-stream');
      request.addProposedMessages(event);
    }
    return request;
  }

  const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
  const summary = () =>
    answers.map((answer) => [answer.getCorrelationId()?.getString().slice(-1), answer.getError()?.getDetails()?.getTypeName() ?? answer.getSuccess()?.getCurrentRevision()]);

  it('joins the chunks of an append, also between those of others', async () => {
    const [one, two] = [store.stream(), store.stream()];
    call.write(chunk(id(1), false, { stream: one }, Buffer.from('a')));
    call.write(chunk(id(2), true, { stream: two }, Buffer.from('b')));
    call.write(chunk(id(1), true, undefined, Buffer.from('c')));
    await eventually(() => answers.length === 2);
    expect(summary()).toEqual(expect.arrayContaining([['2', '0'], ['1', '1']]));
    expect(Buffer.from(answers[0]!.getStreamIdentifier()!.getStreamName_asU8()).toString()).not.toBe('');
  });

  it('refuses what comes after its deadline, and what never becomes complete', async () => {
    call.write(chunk(id(1), true, { stream: store.stream(), deadline: Date.now() - 1000 }, Buffer.from('a')));
    call.write(chunk(id(2), false, { stream: store.stream(), deadline: Date.now() + 100 }, Buffer.from('a')));
    await eventually(() => answers.length === 2);
    expect(summary()).toEqual([['1', 'event_store.client.Timeout'], ['2', 'event_store.client.Timeout']]);
  });

  it('answers an id once, and drops what follows an early refusal or belongs to no append', async () => {
    const stream = store.stream();
    call.write(chunk(id(1), false, { stream }, Buffer.alloc(1024 * 1024)));
    call.write(chunk(id(1), true, undefined, Buffer.from('late')));
    call.write(chunk(id(9), true, undefined, Buffer.from('unknown')));
    call.write(chunk(id(2), true, { stream }, Buffer.from('good')));
    await eventually(() => answers.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(summary()).toEqual([['1', 'event_store.client.MaximumAppendSizeExceeded'], ['2', '0']]);
  });

  it('has a status code for each refusal', async () => {
    const [there, ended] = [store.stream(), store.stream()];
    await store.client.appendToStream(there, testEvent(0));
    await store.client.tombstoneStream(ended);
    const wrong = chunk(id(1), true, { stream: there }, Buffer.from('a'));
    wrong.getOptions()!.clearAny();
    wrong.getOptions()!.setNoStream(new Empty());
    const unsaid = chunk(id(3), true, { stream: there }, Buffer.from('a'));
    unsaid.getOptions()!.clearAny();
    for (const request of [wrong, chunk(id(2), true, { stream: ended }, Buffer.from('a')), unsaid]) call.write(request);
    await eventually(() => answers.length === 3);
    const codes = answers.map((answer) => [answer.getCorrelationId()?.getString().slice(-1), answer.getError()?.getCode()]);
    expect(codes.sort()).toEqual([['1', status.ALREADY_EXISTS], ['2', status.NOT_FOUND], ['3', status.INVALID_ARGUMENT]]);
  });

  it('answers all that was asked before the client ended its side', async () => {
    const ended = new Promise((resolve) => call.on('end', resolve));
    call.write(chunk(id(1), true, { stream: store.stream() }, Buffer.from('a')));
    call.write(chunk(id(2), true, { stream: store.stream() }, Buffer.from('b')));
    call.end();
    await ended;
    expect(summary()).toEqual([['1', '0'], ['2', '0']]);
  });

  it('fails, and does not merely end, when the server shuts down', async () => {
    const failure = new Promise<{ code: number }>((resolve) => call.on('error', resolve as never));
    call.write(chunk(id(1), false, { stream: store.stream() }, Buffer.from('pending')));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = store.restart();
    expect(await failure).toMatchObject({ code: 14 });
    await stopped;
  });
});
