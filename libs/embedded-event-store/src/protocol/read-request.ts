import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb';

import { invalidArgument } from './errors.js';
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
}

/** How many events a server looks at, at most, before it may report where it is. */
const DEFAULT_WINDOW = 32;

/** Throws an INVALID_ARGUMENT call error for a request that cannot be served. */
export function parseReadRequest(request: ReadReq): ReadRequest {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('a read needs options');
  const filter = options.getFilter();
  return {
    ...parseSource(options),
    backwards: options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS,
    resolveLinks: options.getResolveLinks(),
    filter: filter && parseFilter(filter),
    count: options.hasSubscription() ? undefined : Number(options.getCount()),
  };
}

function parseSource(options: ReadReq.Options): { stream: string | undefined; from: StartPoint } {
  const stream = options.getStream();
  if (stream !== undefined) {
    const from = stream.hasEnd() ? 'end' : stream.hasRevision() ? Number(stream.getRevision()) : 'start';
    return { stream: streamName(stream.getStreamIdentifier()), from };
  }
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('a read needs a stream or $all');
  const position = all.getPosition();
  const from = all.hasEnd() ? 'end' : position !== undefined ? Number(position.getCommitPosition()) : 'start';
  return { stream: undefined, from };
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
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const multiplier = Math.max(1, filter.getCheckpointintervalmultiplier());
  return { matches: filterOf(filterSettings(filter)), checkpointInterval: Math.max(1, window) * multiplier };
}
