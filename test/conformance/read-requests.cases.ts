import { status, type ServiceError } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';

import { loadProtocol, type Protocol } from './protocol.js';
import { openRawCalls, type RawCalls } from './raw-calls.js';
import { event, events, fresh, type Cases } from './support.js';
import { addressOf, target } from './targets.js';

type Options = ReadReq.Options;
type Change = (options: Options, protocol: Protocol) => unknown;

/** What the clients do not ask for, or do not show: the options of a read and its answers as they are. */
export const readRequests: Cases = (official, name) => {
  let raw: RawCalls;
  let protocol: Protocol;
  beforeAll(async () => {
    raw = openRawCalls(target.connectionString());
    protocol = await loadProtocol(name);
  });
  afterAll(() => raw.close());

  const streamOf = async (count: number): Promise<string> => {
    const stream = fresh();
    await official().append(stream, events(count));
    return stream;
  };
  /** A read that lacks nothing: of a whole stream, or of `$all` from its start. */
  const optionsOf = (stream: string | undefined, count: number): Options => {
    const { Empty, ReadReq: Read, StreamIdentifier } = protocol;
    const options = new Read.Options().setCount(String(count)).setNoFilter(new Empty());
    options.setUuidOption(new Read.Options.UUIDOption().setString(new Empty()));
    if (stream === undefined) return options.setAll(new Read.Options.AllOptions().setStart(new Empty()));
    const identifier = new StreamIdentifier().setStreamName(Buffer.from(stream));
    return options.setStream(new Read.Options.StreamOptions().setStreamIdentifier(identifier).setStart(new Empty()));
  };
  const read = (options: Options): Promise<ReadResp[]> =>
    raw.messages(protocol.StreamsService.read, new protocol.ReadReq().setOptions(options), addressOf(target.connectionString()).credentials);

  describe('a client that asks where its stream begins and ends', () => {
    /** Revisions of events; where the stream begins and ends in words. */
    const told = (answers: readonly ReadResp[]): unknown[] => answers.map((answer) => {
      const found = answer.getEvent()?.getEvent();
      if (found !== undefined) return Number(found.getStreamRevision());
      if (answer.hasFirstStreamPosition()) return `begins at ${answer.getFirstStreamPosition()}`;
      if (answer.hasLastStreamPosition()) return `ends at ${answer.getLastStreamPosition()}`;
      return answer.hasStreamNotFound() ? 'not found' : 'something else';
    });
    const asking = (options: Options): Options => options.setControlOption(new protocol.ReadReq.Options.ControlOption().setCompatibility(1));

    it.each<[string, number, object | undefined, number, string, unknown[]]>([
      ['of a read of the whole', 3, undefined, 100, '0', [0, 1, 2, 'ends at 2']],
      ['of a read of a part', 5, undefined, 2, '1', [1, 2, 'ends at 4']],
      ['of a read from right behind the end', 3, undefined, 100, '3', ['ends at 2']],
      ['of a read from far behind the end', 3, undefined, 100, '9', ['begins at 3', 'ends at 2']],
      ['of a stream whose beginning was truncated', 40, { $tb: 36 }, 3, '0', ['begins at 36', 36, 37, 38, 'ends at 39']],
      ['of a stream of which only the last are kept', 40, { $maxCount: 2 }, 30, '0', ['begins at 38', 38, 39, 'ends at 39']],
      ['of a stream that was truncated by little', 5, { $tb: 2 }, 100, '0', [2, 3, 4, 'ends at 4']],
      ['of a stream that was truncated whole', 3, { $tb: 3 }, 100, '0', ['begins at 3', 'ends at 2']],
    ])('is told %s', async (_case, length, metadata, count, from, expected) => {
      const stream = await streamOf(length);
      if (metadata !== undefined) await official().append(`$$${stream}`, { ...event(0, '$metadata'), data: metadata as Record<string, number> });
      const options = asking(optionsOf(stream, count));
      options.getStream()!.setRevision(from);
      expect(told(await read(options))).toEqual(expected);
    });

    it('is told the end of a read backwards', async () => {
      const options = asking(optionsOf(await streamOf(4), 2)).setReadDirection(protocol.ReadReq.Options.ReadDirection.BACKWARDS);
      options.getStream()!.setEnd(new protocol.Empty());
      expect(told(await read(options))).toEqual([3, 2, 'ends at 3']);
    });

    it('is told only that a stream is not there, if it is not', async () => {
      expect(told(await read(asking(optionsOf(fresh(), 5))))).toEqual(['not found']);
    });

    it('is told nothing, if it did not ask', async () => {
      const options = optionsOf(await streamOf(2), 5);
      options.getStream()!.setRevision('9');
      expect(told(await read(options))).toEqual([]);
    });
  });

  it('ids come as text or as two numbers, as the client wants them, of a link and of its event', async () => {
    const { Empty, ReadReq: Read } = protocol;
    const [stream, links] = [await streamOf(1), fresh()];
    const link = { ...event(0, '$>'), contentType: 'application/octet-stream' as const, data: Uint8Array.from(Buffer.from(`0@${stream}`)), metadata: undefined };
    await official().append(links, link);
    const idsIn = async (options: Options): Promise<ReadResp.ReadEvent.RecordedEvent[]> => {
      const found = (await read(options.setResolveLinks(true)))[0]!.getEvent()!;
      return [found.getEvent()!, found.getLink()!];
    };
    const asText = (await idsIn(optionsOf(links, 1))).map((found) => found.getId()!.getString());
    const structured = optionsOf(links, 1).setUuidOption(new Read.Options.UUIDOption().setStructured(new Empty()));
    const asNumbers = (await idsIn(structured)).map((found) => {
      expect(found.getId()!.hasString()).toBe(false);
      const halves = [found.getId()!.getStructured()!.getMostSignificantBits(), found.getId()!.getStructured()!.getLeastSignificantBits()];
      return halves.map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('');
    });
    expect(asText[1]).toBe(link.id);
    expect(asNumbers).toEqual(asText.map((id) => id.replaceAll('-', '')));
  });

  it.each<[string, boolean]>([['a stream', true], ['$all', false]])('the largest number that there is stands for the end of %s', async (_what, ofStream) => {
    const stream = await streamOf(3);
    const options = optionsOf(ofStream ? stream : undefined, 1).setReadDirection(protocol.ReadReq.Options.ReadDirection.BACKWARDS);
    const largest = String(2n ** 64n - 1n);
    if (ofStream) options.getStream()!.setRevision(largest);
    else options.getAll()!.setPosition(new protocol.ReadReq.Options.Position().setCommitPosition(largest).setPreparePosition(largest));
    const [found] = await read(options);
    expect(found?.hasEvent()).toBe(true);
    if (ofStream) expect(found!.getEvent()!.getEvent()!.getStreamRevision()).toBe('2');
  });

  describe('refused is', () => {
    const filtered = (change: (filter: ReadReq.Options.FilterOptions) => unknown = () => undefined): Change => (options, { ReadReq: Read, Empty }) => {
      const regex = new Read.Options.FilterOptions.Expression().setRegex('x');
      const filter = new Read.Options.FilterOptions().setEventType(regex).setCount(new Empty()).setCheckpointintervalmultiplier(1);
      change(filter);
      options.setFilter(filter);
    };
    const backwards: Change = (options, { ReadReq: Read }) => options.setReadDirection(Read.Options.ReadDirection.BACKWARDS);
    const subscribe: Change = (options, { ReadReq: Read }) => options.setSubscription(new Read.Options.SubscriptionOptions());
    const badArgument = [status.INVALID_ARGUMENT];

    it.each<[string, boolean, Change[], number[]]>([
      ['a filter on one stream', true, [filtered()], badArgument],
      ['a subscription backwards', true, [subscribe, backwards], badArgument],
      ['a subscription to $all backwards', false, [subscribe, backwards], badArgument],
      ['neither a count nor a subscription', true, [(options) => options.clearCount()], badArgument],
      ['neither a filter nor none', true, [(options) => options.clearNoFilter()], badArgument],
      ['neither a stream nor $all', true, [(options) => options.clearStream()], badArgument],
      ['a filter on nothing', false, [filtered((filter) => filter.clearEventType())], badArgument],
      ['a filter without a window', false, [filtered((filter) => filter.clearCount())], badArgument],
      ['a filter that is no regular expression', false, [filtered((filter) => filter.getEventType()!.setRegex('('))], [...badArgument, status.UNKNOWN]],
      ['no interval between checkpoints', false, [subscribe, filtered((filter) => filter.setCheckpointintervalmultiplier(0))], [...badArgument, status.UNKNOWN]],
      ['a count of no events', true, [(options) => options.setCount('0')], [status.UNKNOWN]],
      ['a read of a stream forwards from its end', true, [(options, { Empty }) => options.getStream()!.setEnd(new Empty())], [status.UNKNOWN]],
      ['a revision beyond all that there can be', true, [(options) => options.getStream()!.setRevision(String(2n ** 63n))], [status.UNKNOWN]],
      ['no point to start from', true, [(options) => options.getStream()!.clearStart()], [status.UNKNOWN]],
      ['a position whose commit is before its prepare', false, [(options, { ReadReq: Read }) =>
        options.getAll()!.setPosition(new Read.Options.Position().setCommitPosition('1').setPreparePosition('2'))], [status.UNKNOWN]],
    ])('%s', async (_case, ofStream, changes, codes) => {
      const options = optionsOf(ofStream ? await streamOf(1) : undefined, 5);
      for (const change of changes) change(options, protocol);
      const error = await read(options).then(() => undefined, (thrown: ServiceError) => thrown);
      expect(codes).toContain(error?.code);
    });
  });
};
