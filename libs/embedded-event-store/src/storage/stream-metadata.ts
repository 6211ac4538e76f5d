/** What a stream's `$$` stream says about what its readers may see. */
export interface StreamMetadata {
  /** There is a metadata event at all. */
  readonly exists: boolean;
  /** Seconds. */
  readonly maxAge?: number;
  readonly maxCount?: number;
  readonly truncateBefore?: number;
  /** Truncated before the largest possible revision: how a delete is recorded. */
  readonly softDeleted: boolean;
  /** The whole document; undefined if it is no JSON object. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/** 2^63 - 1 as JSON.parse sees it. */
const SOFT_DELETED = 2 ** 63;

export const SOFT_DELETE_DOCUMENT = Buffer.from('{"$tb":9223372036854775807}');

export const NO_METADATA: StreamMetadata = { exists: false, softDeleted: false };

/** The metadata of every metadata stream: only its latest event counts. */
export const METADATA_OF_METADATA: StreamMetadata = { exists: false, softDeleted: false, maxCount: 1 };

const NUMBERS = ['$maxAge', '$maxCount', '$tb', '$cacheControl'] as const;

/**
 * Reads a metadata event's data. What is no valid setting counts as absent, as a reader cannot be told; one that is no whole
 * number, or an event that is not marked as JSON, takes the other settings along. The document still holds all of it.
 */
export function parseStreamMetadata(data: Buffer, json = true): StreamMetadata {
  let document: unknown;
  try {
    document = JSON.parse(data.toString('utf8'));
  } catch {
    return { exists: true, softDeleted: false };
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return { exists: true, softDeleted: false };
  const settings = document as Record<string, unknown>;
  if (!json || NUMBERS.some((key) => key in settings && !Number.isInteger(settings[key]))) return { exists: true, softDeleted: false, document: settings };
  const truncateBefore = count(settings['$tb'], 0);
  return {
    exists: true,
    maxAge: count(settings['$maxAge'], 1),
    maxCount: count(settings['$maxCount'], 1),
    truncateBefore,
    softDeleted: truncateBefore !== undefined && truncateBefore >= SOFT_DELETED,
    document: settings,
  };
}

function count(value: unknown, least: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
}

/** The first revision that readers may see of a stream that ends at `last`, its age apart. */
export function firstVisible(metadata: StreamMetadata, last: number): number {
  const byCount = metadata.maxCount === undefined ? 0 : last - metadata.maxCount + 1;
  return Math.max(0, metadata.truncateBefore ?? 0, byCount);
}

/** Events created before this time (milliseconds since the epoch) are hidden. */
export function oldestVisible(metadata: StreamMetadata, now: number): number {
  return metadata.maxAge === undefined ? 0 : now - metadata.maxAge * 1000;
}
