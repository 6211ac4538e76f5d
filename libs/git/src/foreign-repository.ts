import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Whether a URL is a path on this machine where the repository, if there is one, is another user's. For a path git runs
 * the other end itself, as us: the owner's hooks and settings would then act with our rights.
 */
export function isForeign(url: string): boolean {
  const path = localPath(url);
  if (path === undefined) return false;
  return [path, `${path}/.git`, `${path}/config`, `${path}/.git/config`].some((each) => ownerOf(each) !== undefined && ownerOf(each) !== process.getuid?.());
}

function localPath(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  return /^file:\/\//i.test(url) ? fileURLToPath(url) : undefined;
}

const ownerOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.uid;
