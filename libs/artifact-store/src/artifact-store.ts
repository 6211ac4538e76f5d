import { constants, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { SlipwayError } from '@slipway/kernel';
import { type Attachment, attachmentManifest, parseAttachment } from './attachment.js';
import { BlobStore } from './blob-store.js';
import { ANNOTATIONS, type Artifact, type Descriptor, MEDIA_TYPES } from './descriptor.js';
import { listLayout, prepareLayout, recordInLayout } from './layout-index.js';
import { type Component, componentManifest, EMPTY_BYTES, parseComponent, parseSnapshot, type Snapshot, snapshotIndex } from './manifest.js';
import { packDirectory } from './pack-directory.js';
import { unpackArtifact } from './unpack-artifact.js';
import { type VerifiedSnapshot, verifySnapshot } from './verify-snapshot.js';

/**
 * Artifacts by the sha256 of their bytes, in a folder that is an OCI image layout. Several processes may use it at once.
 * Everything passes through in streams, but for `putBytes` and `readBytes`. What is put is on disk when the call returns.
 */
export class ArtifactStore {
  private constructor(
    private readonly directory: string,
    private readonly blobs: BlobStore,
  ) {}

  /** Opens the store, or makes it. */
  static async open(directory: string): Promise<ArtifactStore> {
    const root = resolve(directory);
    const blobs = new BlobStore(root);
    await blobs.prepare();
    await prepareLayout(root, blobs.drafts);
    return new ArtifactStore(root, blobs);
  }

  /** Opens one that is there, and writes nothing: for a copy that somebody only reads. Throws ARTIFACT_NOT_FOUND. */
  static openExisting(directory: string): ArtifactStore {
    const root = resolve(directory);
    if (!existsSync(join(root, 'index.json'))) throw new SlipwayError('ARTIFACT_NOT_FOUND', `${root} is not an OCI image layout: it has no index.json`);
    return new ArtifactStore(root, new BlobStore(root));
  }

  /** A link as the last part of the path is not followed. An executable file is marked so in the annotations. */
  async putFile(path: string, mediaType: string = MEDIA_TYPES.file): Promise<Descriptor> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const executable = ((await handle.stat()).mode & 0o100) !== 0;
      const { digest, size } = await this.blobs.put(handle.createReadStream({ autoClose: false }));
      return { mediaType, digest, size, ...(executable && { annotations: { [ANNOTATIONS.executable]: 'true' } }) };
    } finally {
      await handle.close();
    }
  }

  /** Equal folders give equal digests. Throws PATH_OUTSIDE_CHECKOUT for links that lead out, devices and the like. */
  async putDirectory(path: string): Promise<Descriptor> {
    const source = packDirectory(path);
    const packed = source.pipe(createGzip({ level: 6 }));
    source.on('error', (error) => packed.destroy(error));
    return { mediaType: MEDIA_TYPES.directory, ...(await this.blobs.put(packed)) };
  }

  async putBytes(bytes: Uint8Array, mediaType: string): Promise<Descriptor> {
    return { mediaType, ...(await this.blobs.put([bytes])) };
  }

  /** Stores an OCI image manifest whose layers are the artifacts. */
  async putComponent(component: Component): Promise<Descriptor> {
    await this.blobs.put([EMPTY_BYTES]);
    return this.putBytes(componentManifest(component), MEDIA_TYPES.ociManifest);
  }

  /** Stores an OCI image index of the components and lists it in `index.json` as `reference`, in place of an earlier one. */
  async putSnapshot({ reference, ...snapshot }: Snapshot & { readonly reference: string }): Promise<Descriptor> {
    const descriptor = await this.putBytes(snapshotIndex(snapshot), MEDIA_TYPES.ociIndex);
    await recordInLayout(this.directory, this.blobs.drafts, reference, descriptor);
    return descriptor;
  }

  /**
   * Stores bytes that say something of a snapshot, and ties them to it in `index.json` as `reference`, in place of earlier
   * ones of that name. Gives the descriptor of the bytes. Throws ARTIFACT_NOT_FOUND if the snapshot is not here.
   */
  async attach(snapshot: string, bytes: Uint8Array, about: Pick<Attachment, 'artifactType' | 'predicateType'> & { readonly mediaType: string; readonly reference: string }): Promise<Descriptor> {
    const { mediaType, reference, artifactType, predicateType } = about;
    const subject = { mediaType: MEDIA_TYPES.ociIndex, digest: snapshot, size: (await this.readBytes(snapshot)).length };
    await this.blobs.put([EMPTY_BYTES]);
    const blob = await this.putBytes(bytes, mediaType);
    const manifest = await this.putBytes(attachmentManifest({ subject, artifactType, predicateType, blob }), MEDIA_TYPES.ociManifest);
    await recordInLayout(this.directory, this.blobs.drafts, reference, { ...manifest, artifactType });
    return blob;
  }

  /** All of that type that `index.json` ties to the snapshot. Throws ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED. */
  async attachments(snapshot: string, artifactType: string): Promise<Attachment[]> {
    const listed = (await listLayout(this.directory)).filter((manifest) => manifest.artifactType === artifactType);
    const found = await Promise.all(listed.map(async ({ digest }) => parseAttachment(await this.readBytes(digest), digest, artifactType)));
    return found.filter(({ subject }) => subject.digest === snapshot);
  }

  /** Digests of all snapshots that `index.json` lists. */
  async snapshots(): Promise<string[]> {
    return (await listLayout(this.directory)).filter(({ mediaType }) => mediaType === MEDIA_TYPES.ociIndex).map(({ digest }) => digest);
  }

  /** Throws ARTIFACT_NOT_FOUND; the stream fails with ARTIFACT_ALTERED at its end if the bytes are not those of the digest. */
  read(digest: string): Promise<Readable> {
    return this.blobs.read(digest);
  }

  /** All in memory: for manifests and statements. Throws ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED. */
  async readBytes(digest: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.blobs.read(digest)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }

  /** Throws ARTIFACT_NOT_FOUND if there is none, or if it is something else. */
  async readComponent(digest: string): Promise<Component> {
    const { name, artifacts, annotations } = parseComponent(await this.readBytes(digest), digest);
    return { name, artifacts, annotations };
  }

  /** Throws ARTIFACT_NOT_FOUND if there is none, or if it is something else. */
  async readSnapshot(digest: string): Promise<Snapshot> {
    return parseSnapshot(await this.readBytes(digest), digest);
  }

  /** Hashes the bytes again. Throws ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED. */
  async verify(digest: string): Promise<void> {
    await this.blobs.verify(digest);
  }

  /** Hashes the index, its manifests and all their artifacts again. One error names every bad blob in its reasons. */
  verifySnapshot(digest: string): Promise<VerifiedSnapshot> {
    return verifySnapshot({ verify: (each) => this.blobs.verify(each), readBytes: (each) => this.readBytes(each) }, digest);
  }

  /** Puts one artifact at its path below the folder, verified; gives its absolute path. What is in the way of a folder is an error. */
  unpack(artifact: Artifact, directory: string): Promise<string> {
    return unpackArtifact(this.blobs, artifact, resolve(directory));
  }

  /** Puts all artifacts of a component, given by its manifest's digest, below the folder. */
  async unpackComponent(digest: string, directory: string): Promise<void> {
    const { artifacts } = await this.readComponent(digest);
    // Sorted by path, as the manifest keeps them: a folder comes before what was declared inside it.
    for (const artifact of artifacts) await this.unpack(artifact, directory);
  }
}
