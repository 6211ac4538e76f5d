import { readFileSync } from 'node:fs';
import { readTrustedKeys, type TrustedKeys } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import type { Logger } from 'pino';
import { WatchedFile } from './watched-file.js';

/**
 * The keys in a PEM file, which may change while the service runs: keys rotate. Each time the log tells which are trusted.
 * What can't be used later leaves those that were.
 * @throws SlipwayError CONFIG_INVALID
 */
export function assertionKeys(file: string, logger: Logger): () => TrustedKeys {
  const read = (): TrustedKeys => {
    const keys = readTrustedKeys(textOf(file));
    logger.info({ keys: [...keys.keys()] }, 'assertions of these keys are trusted');
    return keys;
  };
  const watched = new WatchedFile(file, read, (error) => logger.error({ err: error }, 'the assertion keys can not be used; those that were read before still hold'));
  return () => watched.content;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `SLIPWAY_ASSERTION_KEYS_FILE can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}
