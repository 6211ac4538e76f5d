import { createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { isInside, joinInside, outside } from './inside.js';
import { realTarget } from './pack-directory.js';

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

interface Link {
  readonly name: string;
  readonly path: string;
  readonly target: string;
}

/**
 * Unpacks a tar+gzip into a folder that is empty. Throws PATH_OUTSIDE_CHECKOUT at an absolute path, a `..`, a link that
 * leaves the folder, a hard link, a device, or a name that comes twice; the folder then holds a part.
 */
export async function unpackDirectory(source: Readable, directory: string): Promise<void> {
  const tar = extract();
  const links: Link[] = [];
  const entries = async (): Promise<void> => {
    for await (const entry of tar) links.push(...(await unpackEntry(entry, directory)));
  };
  await Promise.all([entries(), pipeline(source, createGunzip(), tar)]);
  await makeLinks(links, directory);
}

/** Gives links back unmade: while there are none, nothing can be written through one. */
async function unpackEntry(entry: Entry, root: string): Promise<Link[]> {
  const { name, type, mode, linkname } = entry.header;
  const path = joinInside(root, name);
  if (type === 'directory') {
    await mkdir(path, { recursive: true });
  } else if (type === 'file') {
    await mkdir(dirname(path), { recursive: true });
    await once(name, () => pipeline(entry, createWriteStream(path, { flags: 'wx', mode: (mode ?? 0) & 0o100 ? 0o755 : 0o644 })));
    return [];
  } else if (type !== 'symlink') {
    throw outside(name, `it is a ${type}, which no artifact may hold`);
  }
  entry.resume();
  return type === 'symlink' ? [{ name, path, target: linkname ?? '' }] : [];
}

/** All folders come first, so that no link's place can be behind another link. */
async function makeLinks(links: readonly Link[], directory: string): Promise<void> {
  for (const { path } of links) await mkdir(dirname(path), { recursive: true });
  for (const { name, path, target } of links) {
    if (target.startsWith('/') || !isInside(directory, resolve(dirname(path), target))) throw outside(name, 'it is a link that leads out');
    await once(name, () => symlink(target, path));
  }
  const root = await realpath(directory);
  for (const { name, path } of links) {
    if (!isInside(root, await realTarget(path, name))) throw outside(name, 'it is a link that leads out by way of others');
  }
}

async function once(name: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw outside(name, 'it comes twice');
    throw error;
  }
}
