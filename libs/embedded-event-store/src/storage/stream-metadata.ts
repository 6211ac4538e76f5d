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

/** The largest revision there can be. */
const LARGEST = 2n ** 63n - 1n;

export const SOFT_DELETE_DOCUMENT = Buffer.from('{"$tb":9223372036854775807}');

export const NO_METADATA: StreamMetadata = { exists: false, softDeleted: false };

/** The metadata of every metadata stream: only its latest event counts. */
export const METADATA_OF_METADATA: StreamMetadata = { exists: false, softDeleted: false, maxCount: 1 };

const NUMBERS = ['$maxAge', '$maxCount', '$tb', '$cacheControl'] as const;

/**
 * Reads a metadata event's data. What is out of a setting's range counts as absent, as a reader cannot be told; a setting that
 * is no whole number of 64 bits, or an event that is not marked as JSON, takes the others along. The document holds all of it.
 */
export function parseStreamMetadata(data: Buffer, json = true): StreamMetadata {
  const text = data.toString('utf8');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { exists: true, softDeleted: false };
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return { exists: true, softDeleted: false };
  const settings = document as Record<string, unknown>;
  if (!json || NUMBERS.some((key) => key in settings && !isLong(text, key, settings[key]))) return { exists: true, softDeleted: false, document: settings };
  return {
    exists: true,
    maxAge: count(settings['$maxAge'], 1),
    maxCount: count(settings['$maxCount'], 1),
    truncateBefore: count(settings['$tb'], 0),
    softDeleted: typeof settings['$tb'] === 'number' && exactly(text, '$tb', settings['$tb']) === LARGEST,
    document: settings,
  };
}

function count(value: unknown, least: number): number | undefined {
  return typeof value === 'number' && value >= least ? value : undefined;
}

function isLong(text: string, key: string, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  const exact = exactly(text, key, value);
  return exact <= LARGEST && exact >= -LARGEST - 1n;
}

/** A whole number as it was written: JSON.parse gives large ones only nearly. */
function exactly(text: string, key: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  return BigInt(new RegExp(`"\\${key}"\\s*:\\s*(-?\\d+)(?![\\d.eE])`).exec(text)?.[1] ?? value);
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
