import { CreateReq, type UpdateReq } from '@eventstore/db-client/generated/persistent_pb';

import { invalidArgument } from '../protocol/errors.js';
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
  /** Milliseconds until an unanswered event is sent again; 0 waits for ever. */
  readonly messageTimeout: number;
  readonly maxRetryCount: number;
  /** Milliseconds between checkpoints. */
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
  readonly settings: Omit<GroupSettings, 'startFrom' | 'startAfter' | 'filter'>;
  readonly filter: FilterSettings | undefined;
}

const REVISION_OF_END = '18446744073709551615';
const TICKS_PER_MS = 10_000;

/** Reads a create or update request in its present or its older shape. Throws INVALID_ARGUMENT. */
export function parseGroupRequest(request: CreateReq | UpdateReq): GroupRequest {
  const options = request.getOptions();
  const settings = options?.getSettings();
  if (options === undefined || settings === undefined) throw invalidArgument('a persistent subscription needs options and settings');
  const group = options.getGroupName();
  if (group === '') throw invalidArgument('a persistent subscription needs a group name');
  return { ...parseSource(options, settings), group, settings: parseSettings(settings) };
}

type Options = CreateReq.Options | UpdateReq.Options;
type Settings = CreateReq.Settings | UpdateReq.Settings;

function parseSource(options: Options, settings: Settings): Pick<GroupRequest, 'stream' | 'startFrom' | 'filter'> {
  const all = options.getAll();
  if (all !== undefined) {
    const position = all.getPosition();
    const startFrom = all.hasEnd() ? 'end' : position === undefined ? 'start' : Number(position.getCommitPosition());
    return { stream: ALL, startFrom, filter: parseFilter(all) };
  }
  const stream = options.getStream();
  if (stream !== undefined) {
    const startFrom = stream.hasEnd() ? 'end' : stream.hasRevision() ? Number(stream.getRevision()) : 'start';
    return { stream: streamName(stream.getStreamIdentifier()), startFrom, filter: undefined };
  }
  const revision = settings.getRevision();
  const startFrom = revision === REVISION_OF_END ? 'end' : revision === '0' ? 'start' : Number(revision);
  return { stream: streamName(options.getStreamIdentifier()), startFrom, filter: undefined };
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
    strategy: parseStrategy(settings),
  };
}

function parseStrategy(settings: Settings): Strategy {
  const name = 'getConsumerStrategy' in settings ? settings.getConsumerStrategy() : '';
  if (name !== '') {
    const known = STRATEGIES.find((strategy) => strategy === name);
    if (known === undefined) throw invalidArgument(`unknown consumer strategy ${name}`);
    return known;
  }
  switch (settings.getNamedConsumerStrategy()) {
    case CreateReq.ConsumerStrategy.DISPATCHTOSINGLE:
      return 'DispatchToSingle';
    case CreateReq.ConsumerStrategy.PINNED:
      return 'Pinned';
    default:
      return 'RoundRobin';
  }
}

/** The last revision or position that a group starting at `startFrom` skips. */
export function startAfter(stream: string, startFrom: StartPoint, last: number): number {
  if (startFrom === 'end') return last;
  if (startFrom === 'start') return stream === ALL ? 0 : -1;
  return startFrom - 1;
}
