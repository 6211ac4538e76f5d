import { type Filter, type Position as LogPosition, streamNameFilter } from '@eventstore/db-client';
import type { Position, StreamFilter } from './event-store.js';
import { positionOf } from './position.js';

/** A checkpoint after each 8 pages of 32 events that were looked at. */
const CHECKPOINT_PAGES = 8;

/** A filter on the server's side; without prefixes, it leaves out system streams. */
export function clientFilter(filter: StreamFilter | undefined, onCheckpoint?: (position: Position) => void): Filter {
  const checkpoints = {
    checkpointInterval: CHECKPOINT_PAGES,
    ...(onCheckpoint && { checkpointReached: (_subscription: unknown, { commit, prepare }: LogPosition) => onCheckpoint(positionOf(commit, prepare)) }),
  };
  return filter ? streamNameFilter({ prefixes: [...filter.prefixes], ...checkpoints }) : streamNameFilter({ regex: '^[^$]', ...checkpoints });
}
