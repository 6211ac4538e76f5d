import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';

import { invalidArgument, unknownError } from './errors.js';
import { createFilter, type EventFilter, type FilterSettings } from '../streams/event-filter.js';

/** Where a read starts: a revision or position, or an end. */
export type StartPoint = number | 'start' | 'end';

export interface FilterRequest {
  readonly matches: EventFilter;
  /** A checkpoint is due after this many considered events. */
  readonly checkpointInterval: number;
}

export interface ReadRequest {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  readonly from: StartPoint;
  readonly backwards: boolean;
  readonly resolveLinks: boolean;
  readonly filter: FilterRequest | undefined;
  /** Undefined for a subscription. */
  readonly count: number | undefined;
  /** The client wants to be told where a stream that it reads begins and ends. */
  readonly tellsEnds: boolean;
  /** The client takes event ids as text, not as two numbers. */
  readonly textIds: boolean;
}

/** How many events a server looks at, at most, before it may report where it is. */
const DEFAULT_WINDOW = 32;

/** The largest revision and position there can be: one below is the largest number of 64 bits, which stands for the end. */
const LARGEST = 2n ** 63n - 1n;
const END = 2n ** 64n - 1n;

/** Throws a call error for a request that cannot be served. */
export function parseReadRequest(request: ReadReq): ReadRequest {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('a read needs options');
  const filter = options.getFilter();
  const read = {
    ...parseSource(options),
    backwards: options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS,
    resolveLinks: options.getResolveLinks(),
    filter: filter && parseFilter(filter),
    count: parseCount(options),
    tellsEnds: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
    textIds: options.getUuidOption()?.hasString() ?? false,
  };
  const problem = problemOf(read, options);
  if (problem !== undefined) throw invalidArgument(problem);
  if (read.stream !== undefined && read.count !== undefined && read.from === 'end' && !read.backwards) {
    throw unknownError('a stream is not read forwards from its end');
  }
  return read;
}

function problemOf({ stream, backwards, filter, count }: Omit<ReadRequest, 'from'>, options: ReadReq.Options): string | undefined {
  if (filter === undefined && !options.hasNoFilter()) return 'a read needs a filter, or to say that it has none';
  if (filter !== undefined && stream !== undefined) return 'only $all is read with a filter';
  if (count === undefined && backwards) return 'a subscription goes forwards';
  if (count === undefined && options.getFilter()?.getCheckpointintervalmultiplier() === 0) return 'checkpoints need an interval of at least 1';
  return undefined;
}

/** How many events to read, undefined for a subscription. */
function parseCount(options: ReadReq.Options): number | undefined {
  if (options.hasSubscription()) return undefined;
  if (!options.hasCount()) throw invalidArgument('a read needs a count, or to be a subscription');
  const count = Number(options.getCount());
  if (count === 0) throw unknownError('a read needs at least one event');
  return count;
}

function parseSource(options: ReadReq.Options): { stream: string | undefined; from: StartPoint } {
  const stream = options.getStream();
  if (stream !== undefined) {
    const revision = stream.hasRevision() ? stream.getRevision() : undefined;
    return { stream: streamName(stream.getStreamIdentifier()), from: parseStart(stream, revision) };
  }
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('a read needs a stream or $all');
  const position = all.getPosition();
  if (position !== undefined && BigInt(position.getCommitPosition()) < BigInt(position.getPreparePosition())) {
    throw unknownError('a commit position is not before its prepare position');
  }
  return { stream: undefined, from: parseStart(all, position?.getCommitPosition()) };
}

/** @param exact a revision or position, if the request names one */
function parseStart(point: { hasStart(): boolean; hasEnd(): boolean }, exact: string | undefined): StartPoint {
  if (point.hasStart()) return 'start';
  if (point.hasEnd()) return 'end';
  if (exact === undefined) throw unknownError('a read needs a point to start from');
  const value = BigInt(exact);
  if (value === END) return 'end';
  if (value > LARGEST) throw unknownError(`there is no revision or position ${exact}`);
  return Number(value);
}

/** The name in a stream identifier. Throws INVALID_ARGUMENT if there is none. */
export function streamName(identifier: StreamIdentifier | undefined): string {
  const name = identifier === undefined ? '' : Buffer.from(identifier.getStreamName_asU8()).toString('utf8');
  if (name === '') throw invalidArgument('a stream name must not be empty');
  return name;
}

/** The two messages for filters (of reads and of persistent subscriptions) have the same accessors. */
interface FilterMessage {
  getStreamIdentifier(): ExpressionMessage | undefined;
  getEventType(): ExpressionMessage | undefined;
}

interface ExpressionMessage {
  getRegex(): string;
  getPrefixList(): string[];
}

export function filterSettings(filter: FilterMessage): FilterSettings {
  const onStream = filter.getStreamIdentifier();
  const expression = onStream ?? filter.getEventType();
  if (expression === undefined) throw invalidArgument('a filter needs an expression');
  return { on: onStream === undefined ? 'type' : 'stream', prefixes: expression.getPrefixList(), regex: expression.getRegex() };
}

/** Like createFilter, but throws INVALID_ARGUMENT. */
export function filterOf(settings: FilterSettings): EventFilter {
  try {
    return createFilter(settings);
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}

function parseFilter(filter: ReadReq.Options.FilterOptions): FilterRequest {
  if (!filter.hasMax() && !filter.hasCount()) throw invalidArgument('a filter needs a window, or to say that it has none');
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const multiplier = Math.max(1, filter.getCheckpointintervalmultiplier());
  return { matches: filterOf(filterSettings(filter)), checkpointInterval: Math.max(1, window) * multiplier };
}
