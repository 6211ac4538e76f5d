import { ANNOTATIONS, type ArtifactStore, type Attachment } from '@slipway/artifact-store';
import { type Reason, SlipwayError } from '@slipway/kernel';
import { type BuiltThing, checkProvenance, checkSummary, type KeyTrust, PAYLOAD_TYPE, PREDICATE_TYPE, type ProvenanceTrust, resourceUriOf, SUMMARY_PREDICATE_TYPE } from '@slipway/provenance';

/** One link of the chain from bytes to the decision that let them in. */
export interface Link {
  readonly link: 'artifact' | 'snapshot' | 'provenance' | 'decision';
  /** What it is about: a digest; for a decision also where, and what was decided. */
  readonly what: string;
  readonly ok: boolean;
  readonly reasons: readonly Reason[];
}

export interface Chain {
  readonly ok: boolean;
  readonly links: readonly Link[];
}

export interface ChainTrust {
  readonly provenance: ProvenanceTrust;
  readonly decisions: KeyTrust;
  /** Only decisions for this target count: `managed workspace/environment/workspace/application`. Undefined: for any. */
  readonly target?: string;
  /** ISO 8601. */
  readonly at: string;
}

const bad = (code: string, message: string): Reason[] => [{ code, message }];
const found = (link: Link['link'], what: string, reasons: readonly Reason[]): Link => ({ link, what, ok: reasons.length === 0, reasons });

/**
 * From the digest of an artifact, a component or a snapshot to all snapshots that hold it, each as a chain of its own. Reads
 * nothing but the store. No chain: no snapshot holds it.
 */
export async function chainsOf(digest: string, store: ArtifactStore, trust: ChainTrust): Promise<Chain[]> {
  const chains: Chain[] = [];
  for (const snapshot of new Set(await store.snapshots())) {
    const thing = await orFault(() => builtThing(store, snapshot));
    if ('reasons' in thing) {
      if (snapshot === digest) chains.push({ ok: false, links: [found('snapshot', snapshot, thing.reasons)] });
    } else if (snapshot === digest || (await holds(store, thing, digest))) chains.push(await chainOf(digest, thing, store, trust));
  }
  return chains;
}

async function chainOf(digest: string, thing: BuiltThing, store: ArtifactStore, trust: ChainTrust): Promise<Chain> {
  const intact = await orFault(() => store.verifySnapshot(thing.digest));
  const attached = await orFault(() => store.attachments(thing.digest, PAYLOAD_TYPE));
  const attachments = 'reasons' in attached ? [] : attached;
  const provenance = await provenanceLinks(store, thing, attachments, trust);
  const vouched = new Set(provenance.filter(({ ok }) => ok).map(({ what }) => what));
  const links = [
    ...(digest === thing.digest ? [] : [found('artifact', digest, [])]),
    found('snapshot', `${thing.digest} (${thing.application} ${thing.candidate})`, 'reasons' in intact ? intact.reasons : []),
    ...provenance,
    ...(await decisionLinks(store, thing, attachments, vouched, trust)),
  ];
  // One provenance and one decision that hold are enough; a snapshot may have been built, or decided upon, more than once.
  const holdsFor = (link: Link['link']): boolean => links.some((each) => each.link === link && each.ok);
  return { ok: !('reasons' in intact) && holdsFor('provenance') && holdsFor('decision'), links };
}

async function provenanceLinks(store: ArtifactStore, thing: BuiltThing, attachments: readonly Attachment[], { provenance, at }: ChainTrust): Promise<Link[]> {
  const mine = attachments.filter(({ predicateType }) => predicateType === PREDICATE_TYPE);
  if (mine.length === 0) return [found('provenance', thing.digest, bad('PROVENANCE_UNSIGNED', 'no signed provenance is attached to the snapshot'))];
  return Promise.all(
    mine.map(async ({ blob }) => {
      const verdict = await orFault(async () => checkProvenance(await store.readBytes(blob.digest), provenance, thing, at));
      return found('provenance', blob.digest, verdict.reasons);
    }),
  );
}

async function decisionLinks(store: ArtifactStore, thing: BuiltThing, attachments: readonly Attachment[], vouched: ReadonlySet<string>, trust: ChainTrust): Promise<Link[]> {
  const mine = attachments.filter(({ predicateType }) => predicateType === SUMMARY_PREDICATE_TYPE);
  const links = await Promise.all(mine.map(({ blob }) => decisionLink(store, thing, blob.digest, vouched, trust)));
  const counted = links.flatMap((link) => link ?? []);
  const where = trust.target ?? 'any target';
  return counted.length > 0 ? counted : [found('decision', thing.digest, bad('NOT_ADMITTED', `no decision to let the snapshot into ${where} is attached to it`))];
}

/** Null: a decision for another target than was asked for. */
async function decisionLink(store: ArtifactStore, { digest }: BuiltThing, blob: string, vouched: ReadonlySet<string>, { decisions, target, at }: ChainTrust): Promise<Link | null> {
  const verdict = await orFault(async () => checkSummary(await store.readBytes(blob), decisions, digest, at));
  if ('reasons' in verdict) return found('decision', blob, verdict.reasons);
  const { resourceUri, verificationResult, timeVerified, policy, inputAttestations = [] } = verdict.summary.predicate;
  if (target !== undefined && resourceUri !== resourceUriOf(target)) return null;
  const what = `${blob} (${verificationResult} for ${resourceUri} at ${timeVerified} by ${policy.uri})`;
  if (verificationResult !== 'PASSED') return found('decision', what, bad('NOT_ADMITTED', 'admission denied it'));
  // Where admission listed no trust it looked at none, and the provenance link alone speaks.
  const unknown = inputAttestations.map((input) => `sha256:${input.digest.sha256}`).filter((input) => !vouched.has(input));
  return found('decision', what, unknown.flatMap((input) => bad('PROVENANCE_DIGEST_MISMATCH', `it rests on the provenance ${input}, which does not hold here`)));
}

async function builtThing(store: ArtifactStore, digest: string): Promise<BuiltThing> {
  const { components, annotations } = await store.readSnapshot(digest);
  return {
    application: annotations?.[ANNOTATIONS.application] ?? '',
    candidate: annotations?.[ANNOTATIONS.candidate] ?? '',
    commit: annotations?.[ANNOTATIONS.commit] ?? '',
    digest,
    components: components.map(({ name, manifest }) => ({ name, digest: manifest.digest })),
  };
}

async function holds(store: ArtifactStore, { components }: BuiltThing, digest: string): Promise<boolean> {
  for (const component of components) {
    if (component.digest === digest) return true;
    // One that can't be read holds nothing; `verifySnapshot` tells about it where it matters.
    const read = await orFault(() => store.readComponent(component.digest));
    if (!('reasons' in read) && read.artifacts.some(({ descriptor }) => descriptor.digest === digest)) return true;
  }
  return false;
}

async function orFault<T>(act: () => Promise<T>): Promise<T | { readonly reasons: readonly Reason[] }> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { reasons: error.reasons.length > 0 ? error.reasons : bad(error.code, error.message) };
  }
}
