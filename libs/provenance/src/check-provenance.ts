import { type Reason, SlipwayError } from '@slipway/kernel';
import type { FaultCode } from './fault-code.js';
import { canonicalGitUri } from './git-uri.js';
import { parseProvenance } from './parse-provenance.js';
import { PAYLOAD_TYPE, type ProvenanceStatement } from './statement.js';
import { type KeyTrust, verifyEnvelope } from './verify-envelope.js';

/** Who may build, and from where. */
export interface ProvenanceTrust extends KeyTrust {
  /** Ids of builders, compared letter by letter. */
  readonly builders: readonly string[];
  /** Where the source may come from. Undefined: from anywhere. */
  readonly repositories?: readonly string[];
}

/** What the provenance must speak of. */
export interface BuiltThing {
  /** `workspace/name`. */
  readonly application: string;
  readonly candidate: string;
  /** Full commit id. */
  readonly commit: string;
  /** `sha256:<hex>` of the snapshot's index. */
  readonly digest: string;
  readonly components: readonly { readonly name: string; readonly digest: string }[];
}

/** `keys`: ids of those that counted. */
export interface ProvenanceVerdict {
  readonly keys: readonly string[];
  /** All that is wrong. Empty: it is trusted. */
  readonly reasons: readonly Reason[];
}

/** Signature first; what a trusted key signed is then held against the trust and the thing, and every mismatch is told. */
export function checkProvenance(bytes: Uint8Array, trust: ProvenanceTrust, thing: BuiltThing, at: string): ProvenanceVerdict {
  const verified = verifyEnvelope(bytes, PAYLOAD_TYPE, trust, at);
  if ('reasons' in verified) return { keys: [], reasons: verified.reasons };
  return { keys: verified.keys, reasons: faultsIn(verified.payload, trust, thing) };
}

function faultsIn(payload: Uint8Array, trust: ProvenanceTrust, thing: BuiltThing): Reason[] {
  let statement: ProvenanceStatement;
  try {
    statement = parseProvenance(payload);
  } catch (error) {
    if (error instanceof SlipwayError) return [reason('PROVENANCE_MALFORMED', error.message)];
    throw error;
  }
  return [...builderFaults(statement, trust), ...sourceFaults(statement, trust), ...commitFaults(statement, thing), ...candidateFaults(statement, thing), ...digestFaults(statement, thing)];
}

function builderFaults({ predicate }: ProvenanceStatement, { builders }: ProvenanceTrust): Reason[] {
  const { id } = predicate.runDetails.builder;
  return builders.includes(id) ? [] : [reason('PROVENANCE_BUILDER_MISMATCH', `it was built by ${id}, and not by ${builders.join(' or ')}`)];
}

/** Every source, whichever field tells it: one that is admitted must not stand in for another. */
function sourceFaults({ predicate }: ProvenanceStatement, { repositories }: ProvenanceTrust): Reason[] {
  if (!repositories) return [];
  const { externalParameters, resolvedDependencies } = predicate.buildDefinition;
  const admitted = new Set(repositories.map(canonicalGitUri));
  const others = new Set([externalParameters.repository, ...resolvedDependencies.map(({ uri }) => uri)].map(canonicalGitUri).filter((uri) => !admitted.has(uri)));
  return [...others].map((uri) => reason('PROVENANCE_SOURCE_MISMATCH', `it was built from ${uri}, and not from ${[...admitted].join(' or ')}`));
}

function commitFaults({ predicate }: ProvenanceStatement, { commit }: BuiltThing): Reason[] {
  const { externalParameters, resolvedDependencies } = predicate.buildDefinition;
  const others = new Set([externalParameters.commit, ...resolvedDependencies.map(({ digest }) => digest.gitCommit)].filter((named) => named !== commit));
  return [...others].map((named) => reason('PROVENANCE_COMMIT_MISMATCH', `it was built from commit ${named}, and the snapshot from ${commit}`));
}

function candidateFaults({ predicate }: ProvenanceStatement, thing: BuiltThing): Reason[] {
  const { application, candidate } = predicate.buildDefinition.externalParameters;
  if (application === thing.application && candidate === thing.candidate) return [];
  return [reason('PROVENANCE_CANDIDATE_MISMATCH', `it speaks of ${application} ${candidate}, and not of ${thing.application} ${thing.candidate}`)];
}

/** Digests are compared as text. The statement's have one form, by `parseProvenance`; a wanted one in another form is named by no statement. */
function digestFaults({ subject }: ProvenanceStatement, { digest, components }: BuiltThing): Reason[] {
  const named = new Set(subject.map((each) => `sha256:${each.digest.sha256}`));
  const wanted = [{ name: 'the snapshot', digest }, ...components.map((component) => ({ name: `component ${component.name}`, digest: component.digest }))];
  return wanted.filter((each) => !named.has(each.digest)).map((each) => reason('PROVENANCE_DIGEST_MISMATCH', `it does not name ${each.name}, ${each.digest}`));
}

const reason = (code: FaultCode, message: string): Reason => ({ code, message });
