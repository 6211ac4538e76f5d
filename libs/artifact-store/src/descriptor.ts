import { createHash } from 'node:crypto';
import { DIGEST_FORM, SlipwayError } from '@slipway/kernel';

/** An OCI content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:<hex>`. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What a listed manifest is. */
  readonly artifactType?: string;
}

/** A declared output and where its bytes are. */
export interface Artifact {
  /** Relative to the checkout that it was built in, with slashes. */
  readonly path: string;
  readonly descriptor: Descriptor;
}

export const MEDIA_TYPES = {
  file: 'application/octet-stream',
  /** Deterministic tar, compressed with gzip. */
  directory: 'application/vnd.slipway.directory.v1.tar+gzip',
  component: 'application/vnd.slipway.component.v1',
  snapshot: 'application/vnd.slipway.snapshot.v1',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
} as const;

export const ANNOTATIONS = {
  title: 'org.opencontainers.image.title',
  reference: 'org.opencontainers.image.ref.name',
  /** `workspace/name`, on a snapshot. */
  application: 'dev.slipway.application',
  candidate: 'org.opencontainers.image.version',
  commit: 'org.opencontainers.image.revision',
  component: 'dev.slipway.component',
  /** `true` on a file that was executable. */
  executable: 'dev.slipway.executable',
  /** The predicate type of an attached in-toto statement, as other tools name it. */
  predicateType: 'in-toto.io/predicate-type',
} as const;

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The hexadecimal part. Throws ARTIFACT_NOT_FOUND for anything but a sha256 digest, so that none becomes a path. */
export function hexOf(digest: string): string {
  if (!DIGEST_FORM.test(digest)) throw new SlipwayError('ARTIFACT_NOT_FOUND', `${JSON.stringify(digest)} is not a sha256 digest`);
  return digest.slice('sha256:'.length);
}
