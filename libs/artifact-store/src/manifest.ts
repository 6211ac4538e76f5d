import { canonicalJson, SlipwayError } from '@slipway/kernel';
import { ANNOTATIONS, type Artifact, type Descriptor, digestOf, MEDIA_TYPES } from './descriptor.js';

type Annotations = Readonly<Record<string, string>>;

/** What one component is: its artifacts, by digest. */
export interface Component {
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  readonly annotations?: Annotations;
}

/** What one candidate is: its components, by the digests of their manifests. */
export interface Snapshot {
  readonly components: readonly { readonly name: string; readonly manifest: Descriptor }[];
  readonly annotations?: Annotations;
}

/** The `{}` that OCI asks for where a manifest has no configuration. */
export const EMPTY_BYTES = Buffer.from('{}');
export const EMPTY: Descriptor = { mediaType: MEDIA_TYPES.ociEmpty, digest: digestOf(EMPTY_BYTES), size: EMPTY_BYTES.length };

/** The bytes of an OCI image manifest; the order of the artifacts makes no difference. */
export function componentManifest({ name, artifacts, annotations }: Component): Buffer {
  return bytesOf({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType: MEDIA_TYPES.component,
    config: EMPTY,
    layers: artifacts.map(({ path, descriptor }) => withAnnotation(descriptor, ANNOTATIONS.title, path)).sort(byAnnotation(ANNOTATIONS.title)),
    annotations: { ...annotations, [ANNOTATIONS.component]: name },
  });
}

/** The bytes of an OCI image index; the order of the components makes no difference. */
export function snapshotIndex({ components, annotations }: Snapshot): Buffer {
  return bytesOf({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    artifactType: MEDIA_TYPES.snapshot,
    manifests: components.map(({ name, manifest }) => withAnnotation(manifest, ANNOTATIONS.component, name)).sort(byAnnotation(ANNOTATIONS.component)),
    annotations: { ...annotations },
  });
}

/** Throws ARTIFACT_NOT_FOUND if the bytes are something else; `digest` is for the message. */
export function parseComponent(bytes: Buffer, digest: string): Component & { readonly config: Descriptor } {
  const { config, layers, annotations } = parse(bytes, digest, MEDIA_TYPES.component);
  const name = annotations?.[ANNOTATIONS.component];
  if (name === undefined || !isDescriptor(config) || !areDescriptors(layers)) throw notA(MEDIA_TYPES.component, digest);
  return { name, config, annotations, artifacts: layers.map((descriptor) => ({ path: descriptor.annotations?.[ANNOTATIONS.title] ?? '', descriptor })) };
}

/** Throws ARTIFACT_NOT_FOUND if the bytes are something else; `digest` is for the message. */
export function parseSnapshot(bytes: Buffer, digest: string): Snapshot {
  const { manifests, annotations } = parse(bytes, digest, MEDIA_TYPES.snapshot);
  if (!areDescriptors(manifests)) throw notA(MEDIA_TYPES.snapshot, digest);
  return { annotations, components: manifests.map((manifest) => ({ name: manifest.annotations?.[ANNOTATIONS.component] ?? '', manifest })) };
}

export interface Unchecked {
  readonly artifactType?: unknown;
  readonly config?: unknown;
  readonly layers?: unknown;
  readonly manifests?: unknown;
  readonly subject?: unknown;
  readonly annotations?: Annotations;
}

export function parse(bytes: Buffer, digest: string, artifactType: string): Unchecked {
  const value = parseJson(bytes, digest, artifactType);
  if (typeof value !== 'object' || value === null || (value as Unchecked).artifactType !== artifactType) throw notA(artifactType, digest);
  return value;
}

function parseJson(bytes: Buffer, digest: string, artifactType: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw notA(artifactType, digest, error);
  }
}

export function notA(artifactType: string, digest: string, cause?: unknown): SlipwayError {
  return new SlipwayError('ARTIFACT_NOT_FOUND', `${digest} is not ${artifactType}`, [], { cause });
}

export function areDescriptors(value: unknown): value is Descriptor[] {
  return Array.isArray(value) && value.every(isDescriptor);
}

export function isDescriptor(value: unknown): value is Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  return typeof mediaType === 'string' && typeof digest === 'string' && typeof size === 'number';
}

function withAnnotation({ mediaType, digest, size, annotations }: Descriptor, key: string, value: string): Descriptor {
  return { mediaType, digest, size, annotations: { ...annotations, [key]: value } };
}

const byAnnotation =
  (key: string) =>
  (a: Descriptor, b: Descriptor): number =>
    compare(a.annotations?.[key] ?? '', b.annotations?.[key] ?? '') || compare(a.digest, b.digest);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const bytesOf = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
