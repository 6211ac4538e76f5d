import { codeOf, type Reason, SlipwayError } from '@slipway/kernel';
import type { Descriptor } from './descriptor.js';
import { parseComponent, parseSnapshot } from './manifest.js';

/** What there is to read from. */
export interface Blobs {
  verify(digest: string): Promise<number>;
  readBytes(digest: string): Promise<Buffer>;
}

export interface VerifiedSnapshot {
  /** How many different ones were hashed. */
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Hashes everything that a snapshot consists of, again. Throws one error with a reason for each bad blob: ARTIFACT_ALTERED
 * if any is altered, else ARTIFACT_NOT_FOUND.
 */
export async function verifySnapshot(blobs: Blobs, digest: string): Promise<VerifiedSnapshot> {
  const sizes = new Map([[digest, await blobs.verify(digest)]]);
  const reasons: Reason[] = [];
  const check = async (what: Descriptor): Promise<boolean> => {
    if (sizes.has(what.digest)) return true;
    const reason = await fault(blobs, what, sizes);
    if (reason) reasons.push(reason);
    return reason === undefined;
  };

  for (const { manifest } of parseSnapshot(await blobs.readBytes(digest), digest).components) {
    if (!(await check(manifest))) continue;
    const { config, artifacts } = parseComponent(await blobs.readBytes(manifest.digest), manifest.digest);
    for (const part of [config, ...artifacts.map(({ descriptor }) => descriptor)]) await check(part);
  }
  if (reasons.length > 0) throw notIntact(digest, reasons);
  return { blobs: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

async function fault(blobs: Blobs, { digest, size }: Descriptor, sizes: Map<string, number>): Promise<Reason | undefined> {
  try {
    const found = await blobs.verify(digest);
    sizes.set(digest, found);
    return found === size ? undefined : { code: 'ARTIFACT_ALTERED', message: `${digest} has ${found} bytes, its manifest says ${size}`, at: digest };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { code: codeOf(error), message: error.message, at: digest };
  }
}

function notIntact(digest: string, reasons: readonly Reason[]): SlipwayError {
  const code = reasons.some((reason) => reason.code === 'ARTIFACT_ALTERED') ? 'ARTIFACT_ALTERED' : 'ARTIFACT_NOT_FOUND';
  return new SlipwayError(code, `snapshot ${digest} is not intact: ${reasons.map(({ message }) => message).join('; ')}`, reasons);
}
