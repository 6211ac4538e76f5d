import { ANNOTATIONS, type Artifact as StoredArtifact, type ArtifactStore } from '@slipway/artifact-store';
import { type Artifact, buildStream, type Snapshot } from '@slipway/build';
import { ENVELOPE_MEDIA_TYPE, PAYLOAD_TYPE, PREDICATE_TYPE, type ProvenanceStatement, signEnvelope, type Signer, slsaProvenance } from '@slipway/provenance';
import type { Attempt } from './attempt.js';
import type { CollectedComponent } from './collect-component.js';

/** Who vouches for the provenance. */
export const BUILDER_ID = 'https://slipway.dev/builders/build/v1';

/** Stores what an attempt made as one snapshot, and the signed provenance beside it. `startedAt` is ISO 8601. */
export async function storeSnapshot(
  store: ArtifactStore,
  attempt: Attempt,
  components: readonly CollectedComponent[],
  startedAt: string,
  signer: Signer,
): Promise<Snapshot> {
  const { application, candidate, commit } = attempt.subject;
  // With the attempt, so that one that has lost its lease can't put its snapshot in the place of the recorded one.
  const reference = `${application}:${candidate}.${attempt.number}`;
  const { digest } = await store.putSnapshot({
    components,
    annotations: { [ANNOTATIONS.application]: application, [ANNOTATIONS.candidate]: candidate, [ANNOTATIONS.commit]: commit },
    reference,
  });
  const envelope = signEnvelope(PAYLOAD_TYPE, provenanceOf(attempt, components, digest, startedAt), [signer]);
  const { digest: provenance } = await store.attach(digest, envelope, {
    mediaType: ENVELOPE_MEDIA_TYPE,
    artifactType: PAYLOAD_TYPE,
    predicateType: PREDICATE_TYPE,
    reference: `${reference}.provenance`,
  });
  return {
    digest,
    application,
    candidate,
    commit,
    components: components.map(({ name, manifest, artifacts }) => ({ name, digest: manifest.digest, artifacts: artifacts.map(asRecorded) })),
    provenance,
  };
}

function provenanceOf({ subject, number }: Attempt, components: readonly CollectedComponent[], snapshot: string, startedAt: string): ProvenanceStatement {
  const { application, candidate, repository, commit } = subject;
  return slsaProvenance({
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
}

function asRecorded({ path, descriptor: { digest, size, mediaType } }: StoredArtifact): Artifact {
  return { path, digest, size, mediaType };
}
