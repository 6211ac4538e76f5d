import type { CreateReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';

import { invalidArgument, unknownError } from '../protocol/errors.js';
import type { FilterSettings } from '../streams/event-filter.js';
import { filterOf, filterSettings, streamName, type StartPoint } from '../protocol/read-request.js';

export const STRATEGIES = ['RoundRobin', 'DispatchToSingle', 'Pinned', 'PinnedByCorrelation'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The name under which a group on all events is kept. No stream may be called so. */
export const ALL = '$all';

/** A persistent subscription's settings, as they are stored. */
export interface GroupSettings {
  /** Where it began, as it was asked for. */
  readonly startFrom: StartPoint;
  /** Everything up to this revision or position is skipped; -1 skips nothing of a stream. */
  readonly startAfter: number;
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  /** Milliseconds until an unanswered event is sent again. */
  readonly messageTimeout: number;
  readonly maxRetryCount: number;
  /** Milliseconds between checkpoints; 0 makes them only by count. */
  readonly checkpointAfter: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0 is no limit. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: Strategy;
  readonly filter?: FilterSettings;
}

export interface GroupRequest {
  /** `$all` for a group on all events. */
  readonly stream: string;
  readonly group: string;
  readonly startFrom: StartPoint;
  readonly settings: Omit<GroupSettings, 'startFrom' | 'startAfter' | 'filter' | 'strategy'>;
  /** As it was asked for: it need not be one that there is. */
  readonly strategy: string;
  readonly filter: FilterSettings | undefined;
}

/** The largest revision, and position, stands for the end. */
const END = '18446744073709551615';
const TICKS_PER_MS = 10_000;

/** Reads a create or update request in its present or its older shape. Throws INVALID_ARGUMENT. */
export function parseGroupRequest(request: CreateReq | UpdateReq): GroupRequest {
  const options = request.getOptions();
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) throw invalidArgument('a persistent subscription needs options and settings');
  return { ...parseSource(options, settings), group: options.getGroupName(), settings: parseSettings(settings), strategy: parseStrategy(settings) };
}

type Options = CreateReq.Options | UpdateReq.Options;
type Settings = CreateReq.Settings | UpdateReq.Settings;

function parseSource(options: Options, settings: Settings): Pick<GroupRequest, 'stream' | 'startFrom' | 'filter'> {
  const all = options.getAll();
  if (all !== undefined) {
    const position = all.getPosition();
    if (position !== undefined && BigInt(position.getPreparePosition()) > BigInt(position.getCommitPosition())) {
      throw unknownError('a prepare position cannot be behind its commit position');
    }
    return { stream: ALL, startFrom: parseStart(all, position?.getCommitPosition()), filter: parseFilter(all) };
  }
  const stream = options.getStream();
  if (stream !== undefined) {
    const revision = stream.hasRevision() ? stream.getRevision() : undefined;
    return { stream: realStream(stream.getStreamIdentifier()), startFrom: parseStart(stream, revision), filter: undefined };
  }
  return { stream: realStream(options.getStreamIdentifier()), startFrom: startAt(settings.getRevision()), filter: undefined };
}

function parseStart(options: { hasStart(): boolean; hasEnd(): boolean }, place: string | undefined): StartPoint {
  if (options.hasStart()) return 'start';
  if (options.hasEnd()) return 'end';
  if (place === undefined) throw invalidArgument('where a persistent subscription starts has to be said');
  return startAt(place);
}

function startAt(place: string): StartPoint {
  return place === END ? 'end' : place === '0' ? 'start' : Number(place);
}

/** Groups on all events are made, changed and deleted by the option for that. */
export function realStream(identifier: StreamIdentifier | undefined): string {
  const name = streamName(identifier);
  if (name === ALL) throw unknownError(`${ALL} is no stream that a group could be on: ask for all events instead`);
  return name;
}

function parseFilter(all: CreateReq.AllOptions | UpdateReq.AllOptions): FilterSettings | undefined {
  const filter = 'getFilter' in all ? all.getFilter() : undefined;
  if (filter === undefined) return undefined;
  const settings = filterSettings(filter);
  filterOf(settings);
  return settings;
}

function parseSettings(settings: Settings): GroupRequest['settings'] {
  const ticks = (value: string): number => Math.floor(Number(value) / TICKS_PER_MS);
  return {
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeout: settings.hasMessageTimeoutTicks() ? ticks(settings.getMessageTimeoutTicks()) : settings.getMessageTimeoutMs(),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfter: settings.hasCheckpointAfterTicks() ? ticks(settings.getCheckpointAfterTicks()) : settings.getCheckpointAfterMs(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: settings.getMaxCheckpointCount(),
    maxSubscriberCount: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: settings.getReadBatchSize(),
    historyBufferSize: settings.getHistoryBufferSize(),
  };
}

/** The number in the older field is that of a strategy in this order. */
const NUMBERED: readonly Strategy[] = ['DispatchToSingle', 'RoundRobin', 'Pinned'];

function parseStrategy(settings: Settings): string {
  const name = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  const number = settings.getNamedConsumerStrategy();
  return name || (NUMBERED[number] ?? String(number));
}

export function knownStrategy(name: string): Strategy | undefined {
  return STRATEGIES.find((strategy) => strategy === name);
}

/** The last revision or position that a group starting at `startFrom` skips. */
export function startAfter(stream: string, startFrom: StartPoint, last: number): number {
  if (startFrom === 'end') return last;
  if (startFrom === 'start') return stream === ALL ? 0 : -1;
  return startFrom - 1;
}
