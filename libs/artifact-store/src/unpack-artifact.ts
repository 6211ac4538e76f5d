import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from './blob-store.js';
import { ANNOTATIONS, type Artifact, MEDIA_TYPES } from './descriptor.js';
import { isInside, joinInside, outside } from './inside.js';
import { unpackDirectory } from './unpack-directory.js';

/**
 * Puts an artifact at its path below the folder; a folder among them must be absent or empty there. It appears at once and
 * whole, or not at all. Gives its absolute path. Throws ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED, PATH_OUTSIDE_CHECKOUT.
 */
export async function unpackArtifact(blobs: BlobStore, artifact: Artifact, directory: string): Promise<string> {
  const target = joinInside(directory, artifact.path);
  await mkdir(dirname(target), { recursive: true });
  if (target !== directory && !isInside(await realpath(directory), await realpath(dirname(target)))) {
    throw outside(artifact.path, 'a symbolic link leads out of the folder');
  }
  const draft = join(dirname(target), `.unpack-${randomUUID()}`);
  try {
    await (artifact.descriptor.mediaType === MEDIA_TYPES.directory ? unpackFolder : unpackFile)(blobs, artifact, draft);
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

async function unpackFolder(blobs: BlobStore, { descriptor }: Artifact, draft: string): Promise<void> {
  // First, so that altered bytes are called that, and not by what the unpacking stumbles over.
  await blobs.verify(descriptor.digest);
  await mkdir(draft);
  await unpackDirectory(await blobs.read(descriptor.digest), draft);
}

async function unpackFile(blobs: BlobStore, { descriptor }: Artifact, draft: string): Promise<void> {
  const mode = descriptor.annotations?.[ANNOTATIONS.executable] === 'true' ? 0o755 : 0o644;
  await pipeline(await blobs.read(descriptor.digest), createWriteStream(draft, { flags: 'wx', mode }));
}
