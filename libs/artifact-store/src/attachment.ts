import { ANNOTATIONS, type Descriptor, MEDIA_TYPES } from './descriptor.js';
import { areDescriptors, bytesOf, EMPTY, isDescriptor, notA, parse } from './manifest.js';

/** Something that is said of a snapshot by others, and so is no part of it: an attestation. */
export interface Attachment {
  /** What it is about: the descriptor of the snapshot's index. */
  readonly subject: Descriptor;
  readonly artifactType: string;
  /** Of an in-toto statement. */
  readonly predicateType: string;
  /** Its bytes. */
  readonly blob: Descriptor;
}

/** The bytes of an OCI image manifest that refers to its subject, as OCI 1.1 has it for artifacts. */
export function attachmentManifest({ subject: { mediaType, digest, size }, artifactType, predicateType, blob }: Attachment): Buffer {
  return bytesOf({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType,
    config: EMPTY,
    layers: [blob],
    subject: { mediaType, digest, size },
    annotations: { [ANNOTATIONS.predicateType]: predicateType },
  });
}

/** Throws ARTIFACT_NOT_FOUND if the bytes are something else; `digest` is for the message. */
export function parseAttachment(bytes: Buffer, digest: string, artifactType: string): Attachment {
  const { layers, subject, annotations } = parse(bytes, digest, artifactType);
  const predicateType = annotations?.[ANNOTATIONS.predicateType];
  const [blob] = areDescriptors(layers) ? layers : [];
  if (!blob || !isDescriptor(subject) || predicateType === undefined) throw notA(artifactType, digest);
  return { subject, artifactType, predicateType, blob };
}
