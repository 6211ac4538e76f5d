import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes a draft that is safe on disk, and renames it to the place that `place` names when all was written; `undefined`:
 * it is not needed. After a crash the file is whole or absent, and `drafts` may hold a rest.
 */
export async function writeAtomically(drafts: string, source: Source, place: () => Promise<string | undefined>, mode = 0o644): Promise<void> {
  const draft = join(drafts, randomUUID());
  try {
    await pipeline(source, createWriteStream(draft, { flags: 'wx', mode, flush: true }));
    const target = await place();
    if (target === undefined) return;
    await rename(draft, target);
    await syncFolder(dirname(target));
  } finally {
    await rm(draft, { force: true });
  }
}

/** A rename is on disk only when its folder is. */
async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
