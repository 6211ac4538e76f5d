import { type Artifact as StoredArtifact, type ArtifactStore, type Descriptor } from '@slipway/artifact-store';
import { type Artifact, buildStream, type Snapshot } from '@slipway/build';
import { canonicalJson } from '@slipway/kernel';
import { PAYLOAD_TYPE, slsaProvenance } from '@slipway/provenance';
import type { Attempt } from './attempt.js';
import type { CollectedComponent } from './collect-component.js';

/** Who vouches for the provenance. */
const BUILDER_ID = 'https://slipway.dev/builders/build/v1';

/** Stores what an attempt made as one snapshot, and the provenance beside it. `startedAt` is ISO 8601. */
export async function storeSnapshot(store: ArtifactStore, attempt: Attempt, components: readonly CollectedComponent[], startedAt: string): Promise<Snapshot> {
  const { application, candidate, commit } = attempt.subject;
  const { digest } = await store.putSnapshot({
    components,
    annotations: { 'org.opencontainers.image.version': candidate, 'org.opencontainers.image.revision': commit },
    // With the attempt, so that one that has lost its lease can't put its snapshot in the place of the recorded one.
    reference: `${application}:${candidate}.${attempt.number}`,
  });
  const { digest: provenance } = await storeProvenance(store, attempt, components, digest, startedAt);
  return {
    digest,
    application,
    candidate,
    commit,
    components: components.map(({ name, manifest, artifacts }) => ({ name, digest: manifest.digest, artifacts: artifacts.map(asRecorded) })),
    provenance,
  };
}

function storeProvenance(
  store: ArtifactStore,
  { subject, number }: Attempt,
  components: readonly CollectedComponent[],
  snapshot: string,
  startedAt: string,
): Promise<Descriptor> {
  const { application, candidate, repository, commit } = subject;
  const statement = slsaProvenance({
    application,
    candidate,
    repository,
    commit,
    components: components.map(({ name, recipe, manifest }) => ({ name, recipe, digest: manifest.digest })),
    snapshot,
    builderId: BUILDER_ID,
    invocationId: `${buildStream(application, candidate)}#${number}`,
    startedAt,
    finishedAt: new Date().toISOString(),
  });
  return store.putBytes(Buffer.from(canonicalJson(statement)), PAYLOAD_TYPE);
}

function asRecorded({ path, descriptor: { digest, size, mediaType } }: StoredArtifact): Artifact {
  return { path, digest, size, mediaType };
}
