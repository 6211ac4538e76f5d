import { constants, type Dirent } from 'node:fs';
import { open, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { isInside, outside } from './inside.js';

/** The same for every entry, so that a folder's tar depends on names, bytes and the executable bit alone. */
const FIXED = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

/**
 * The tar of a folder: equal folders give equal bytes. The stream fails with PATH_OUTSIDE_CHECKOUT at a link that leads
 * out of the folder or nowhere, and at anything that is neither file, folder nor link.
 */
export function packDirectory(directory: string): Readable {
  const tar = pack();
  void fill(tar, directory);
  return Readable.from(tar, { objectMode: false });
}

/** Never rejects: an error ends the stream. */
async function fill(tar: Pack, directory: string): Promise<void> {
  try {
    await addFolder(tar, await realpath(directory), '');
    tar.finalize();
  } catch (error) {
    tar.destroy(error as Error);
  }
}

async function addFolder(tar: Pack, root: string, folder: string): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  // By code units, not by the machine's language.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    await addEntry(tar, root, folder === '' ? entry.name : `${folder}/${entry.name}`, entry);
  }
}

async function addEntry(tar: Pack, root: string, name: string, entry: Dirent): Promise<void> {
  if (entry.isDirectory()) {
    tar.entry({ ...FIXED, name, type: 'directory', mode: 0o755 });
    await addFolder(tar, root, name);
  } else if (entry.isFile()) {
    await addFile(tar, root, name);
  } else if (entry.isSymbolicLink()) {
    tar.entry({ ...FIXED, name, type: 'symlink', mode: 0o777, linkname: await targetInside(root, name) });
  } else {
    throw outside(name, 'it is neither a file, a folder nor a link');
  }
}

async function addFile(tar: Pack, root: string, name: string): Promise<void> {
  const handle = await open(join(root, name), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size, mode } = await handle.stat();
    const entry = tar.entry({ ...FIXED, name, size, mode: mode & 0o100 ? 0o755 : 0o644 });
    await pipeline(handle.createReadStream({ autoClose: false }), entry);
  } finally {
    await handle.close();
  }
}

/** Followed for real: a chain of links can leave the folder though each one's letters stay inside. */
async function targetInside(root: string, name: string): Promise<string> {
  const target = await readlink(join(root, name));
  if (target.startsWith('/')) throw outside(name, 'it is a link to an absolute path');
  const real = await realTarget(join(root, name), name);
  if (!isInside(root, real)) throw outside(name, 'it is a link that leads out of the folder');
  return target;
}

/** Also used on links that were just unpacked. */
export async function realTarget(link: string, name: string): Promise<string> {
  try {
    return await realpath(link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw outside(name, 'it is a link that leads nowhere');
    throw error;
  }
}
