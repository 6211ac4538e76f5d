import { eventOfRecord, type StoredEvent } from '../protocol/recorded-event.js';

/** Many records in one row: their bytes one after the other, and their sizes with commas between. Both null if there are none. */
export type PageRow = readonly [records: Buffer | null, sizes: string | null];

/**
 * The query for a page. SQLite hands over one long row for less than half of what many short ones cost.
 * @param select gives a column `record`, in order, with a LIMIT, so that the order is kept
 */
export const pageQuery = (select: string): string => `SELECT CAST(group_concat(record, '') AS BLOB), group_concat(length(record)) FROM (${select})`;

/** The events of a page; their records are views of its bytes. */
export function eventsOfPage([records, sizes]: PageRow): StoredEvent[] {
  if (records === null || sizes === null) return [];
  let end = 0;
  return sizes.split(',').map((size) => {
    const start = end;
    end += Number(size);
    return eventOfRecord(records.subarray(start, end));
  });
}
