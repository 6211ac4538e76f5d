import { realpath, stat } from 'node:fs/promises';
import { SlipwayError } from '@slipway/kernel';
import { isInside, joinInside, outside } from './inside.js';

export interface CollectedOutput {
  readonly kind: 'file' | 'directory';
  /** Absolute, with all links followed. */
  readonly path: string;
}

/**
 * Finds a declared output in a checkout. Throws OUTPUT_MISSING, and PATH_OUTSIDE_CHECKOUT when the path leaves the
 * checkout: absolute, by `..`, or by a symbolic link on its way.
 */
export async function collectOutput(checkoutRoot: string, relativePath: string): Promise<CollectedOutput> {
  const root = await realpath(checkoutRoot);
  const path = await realOutput(joinInside(root, relativePath), relativePath);
  if (!isInside(root, path)) throw outside(relativePath, 'a symbolic link leads out of the checkout');
  const found = await stat(path);
  if (found.isDirectory()) return { kind: 'directory', path };
  if (found.isFile()) return { kind: 'file', path };
  throw missing(relativePath, 'is neither a file nor a folder');
}

async function realOutput(path: string, declared: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw missing(declared, 'was not made by the recipe');
    throw error;
  }
}

function missing(path: string, why: string): SlipwayError {
  return new SlipwayError('OUTPUT_MISSING', `output ${JSON.stringify(path)} ${why}`, [{ code: 'OUTPUT_MISSING', message: why, at: path }]);
}
