import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as pipe, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SlipwayError } from '@slipway/kernel';
import { type Source, writeAtomically } from './atomic-file.js';
import { hexOf } from './descriptor.js';
import { DigestMeter } from './digest-meter.js';

/** No write takes so long: older drafts are the rest of a process that was killed. */
const DRAFT_MS = 24 * 3_600_000;

/** Files named by the sha256 of their bytes, under `blobs/sha256`. Written once, never changed, always whole. */
export class BlobStore {
  readonly drafts: string;
  private readonly blobs: string;

  constructor(directory: string) {
    this.drafts = join(directory, 'drafts');
    this.blobs = join(directory, 'blobs', 'sha256');
  }

  async prepare(): Promise<void> {
    await mkdir(this.blobs, { recursive: true });
    await mkdir(this.drafts, { recursive: true });
    for (const name of await readdir(this.drafts)) {
      const draft = join(this.drafts, name);
      const modified = await modifiedAt(draft);
      if (modified !== undefined && Date.now() - modified > DRAFT_MS) await rm(draft, { force: true });
    }
  }

  /** Writes in a stream; bytes that are here already are not written again. */
  async put(source: Source): Promise<{ digest: string; size: number }> {
    const meter = new DigestMeter();
    const metered = pipe(source, meter, () => undefined); // a failed source destroys the meter, whose reader gets the error
    await writeAtomically(
      this.drafts,
      metered,
      async () => ((await this.holds(meter.digest, meter.size)) ? undefined : this.pathOf(meter.digest)),
      0o444,
    );
    return { digest: meter.digest, size: meter.size };
  }

  /** A stream that fails with ARTIFACT_ALTERED at its end if the bytes are not those of the digest. Throws ARTIFACT_NOT_FOUND. */
  async read(digest: string): Promise<Readable> {
    const handle = await this.openBlob(digest);
    return pipe(handle.createReadStream(), new DigestMeter(digest), () => undefined); // the error reaches the reader
  }

  /** Reads all of it. Gives its size. Throws ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED. */
  async verify(digest: string): Promise<number> {
    const meter = new DigestMeter(digest);
    await pipeline((await this.openBlob(digest)).createReadStream(), meter.resume());
    return meter.size;
  }

  private pathOf(digest: string): string {
    return join(this.blobs, hexOf(digest));
  }

  /** By size only: one that was cut short is written anew, all else is for `verify` to find. */
  private async holds(digest: string, size: number): Promise<boolean> {
    try {
      return (await stat(this.pathOf(digest))).size === size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  private async openBlob(digest: string): Promise<FileHandle> {
    try {
      return await open(this.pathOf(digest), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new SlipwayError('ARTIFACT_NOT_FOUND', `there is no artifact ${digest}`);
      throw error;
    }
  }
}

async function modifiedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
