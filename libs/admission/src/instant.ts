import { SlipwayError } from '@slipway/kernel';

const ZONED = /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * A moment that somebody wrote, in UTC. A time without a zone would mean another moment on another machine, so it is refused.
 * @throws SlipwayError INVALID_COMMAND
 */
export function instant(text: string, field: string): string {
  const time = ZONED.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    const message = `${field} must be a date, or a time with its zone, such as 2026-12-24T18:00:00Z`;
    throw new SlipwayError('INVALID_COMMAND', message, [{ code: 'isInstant', message, at: field }]);
  }
  return new Date(time).toISOString();
}

/** From `from` on, and before `until`; null has no end. All ISO 8601. */
export const isWithin = (now: string, from: string, until: string | null): boolean =>
  Date.parse(from) <= Date.parse(now) && isBefore(now, until);

export const isBefore = (now: string, until: string | null): boolean => until === null || Date.parse(now) < Date.parse(until);
