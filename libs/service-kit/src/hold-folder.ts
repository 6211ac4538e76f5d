import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, SlipwayError } from '@slipway/kernel';
import { withFileLock } from '@slipway/process-runner';

/** A replica that is being replaced needs a moment to end. */
const WAIT_MS = 10_000;

/**
 * Keeps other processes from working in a data folder. The result lets go of it; so does the end of the process.
 * Throws DATA_DIRECTORY_IN_USE.
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  let letGo!: () => void;
  const done = new Promise<void>((resolve) => (letGo = resolve));
  let holding: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    const held = (): Promise<void> => {
      resolve();
      return done;
    };
    holding = withFileLock(join(folder, 'service.lock'), held, { waitMs: WAIT_MS });
    holding.catch((error: Error) => reject(codeOf(error) === 'TIMED_OUT' ? inUse(folder, error) : error));
  });
  return async () => {
    letGo();
    await holding;
  };
}

function inUse(folder: string, cause: unknown): SlipwayError {
  return new SlipwayError('DATA_DIRECTORY_IN_USE', `another process works in ${folder}; give each replica its own SLIPWAY_DATA`, [], { cause });
}
