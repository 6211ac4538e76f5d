import type { AuditEntry, AuditLog, AuditStateAnswer, AuditTrail } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';

const ENTRY = `r.position, r.recorded_at as recordedAt, r.stream, r.revision, r.event_id as eventId, r.type, r.actor, r.on_behalf_of as onBehalfOf,
  r.command_id as commandId, r.correlation_id as correlationId, r.text`;
const DEFAULT_LIMIT = 100;

/** All that a release is and rests on, in the order of the log. */
export function auditTrail(db: Database, { release }: Pick<AuditTrail, 'release'>): AuditEntry[] {
  const select = `select ${ENTRY} from trails t join record r on r.position = t.position where t.release = ? order by t.position`;
  return db.prepare<[string], AuditEntry>(select).all(release);
}

/** A page of the record, oldest first. */
export function auditLog(db: Database, { from = '', limit = DEFAULT_LIMIT }: Pick<AuditLog, 'from' | 'limit'>): AuditEntry[] {
  return db.prepare<[string, number], AuditEntry>(`select ${ENTRY} from record r where r.position > ? order by r.position limit ?`).all(from, limit);
}

export function auditState(db: Database): AuditStateAnswer {
  const totals = db.prepare<[], AuditStateAnswer>('select events, streams, gaps, first, last from totals').get();
  return totals ?? { events: 0, streams: 0, gaps: 0, first: null, last: null };
}
