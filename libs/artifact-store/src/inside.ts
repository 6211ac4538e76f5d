import { join, sep } from 'node:path';
import { SlipwayError } from '@slipway/kernel';

export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The path below the root, by its letters only. Throws PATH_OUTSIDE_CHECKOUT for an absolute one and for any `..`. */
export function joinInside(root: string, path: string): string {
  if (path.startsWith('/') || path.includes('\0') || path.split(/[/\\]/).includes('..')) throw outside(path, 'it must be a path inside');
  const joined = join(root, path);
  return joined.length > 1 && joined.endsWith(sep) ? joined.slice(0, -1) : joined;
}

export function outside(path: string, why: string): SlipwayError {
  return new SlipwayError('PATH_OUTSIDE_CHECKOUT', `${JSON.stringify(path)}: ${why}`, [{ code: 'PATH_OUTSIDE_CHECKOUT', message: why, at: path }]);
}
