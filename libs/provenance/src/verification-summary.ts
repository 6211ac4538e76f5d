import type { Reason } from '@slipway/kernel';
import { STATEMENT_TYPE, type Subject } from './statement.js';

/** The types of in-toto Statement v1 with an SLSA Verification Summary v1 predicate, as Slipway fills them (https://slsa.dev/spec/v1.0/verification_summary). */
export const SUMMARY_PREDICATE_TYPE = 'https://slsa.dev/verification_summary/v1';

/** Who decides. Its key must be trusted for this, and for nothing else. */
export const VERIFIER_ID = 'https://slipway.dev/verifiers/admission/v1';

/** Slipway's own addition, named by a URI as the format asks for. */
const DECISION_FIELD = 'https://slipway.dev/decision/v1';

interface DigestSet {
  readonly sha256: string;
}

export interface SummaryStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly Subject[];
  readonly predicateType: typeof SUMMARY_PREDICATE_TYPE;
  readonly predicate: {
    readonly verifier: { readonly id: string };
    /** ISO 8601 in UTC. */
    readonly timeVerified: string;
    /** `slipway:target/<target>`: where the snapshot was, or was not, let in. */
    readonly resourceUri: string;
    readonly policy: { readonly uri: string; readonly digest: DigestSet };
    readonly inputAttestations?: readonly { readonly digest: DigestSet }[];
    readonly verificationResult: 'PASSED' | 'FAILED';
    readonly verifiedLevels: readonly string[];
    readonly slsaVersion: string;
    readonly [DECISION_FIELD]: object;
  };
}

/** One decision of admission, as its event tells it. */
export interface Decision {
  /** `workspace/name`. */
  readonly application: string;
  readonly candidate: string;
  /** `sha256:<hex>` of the snapshot's index. */
  readonly snapshot: string;
  /** `managed workspace/environment/workspace/application`. */
  readonly target: string;
  /** `workspace/name` of the admission, and its revision. */
  readonly admission: string;
  readonly admissionRevision: number;
  /** `sha256:<hex>`. */
  readonly policyDigest: string;
  /** `sha256:<hex>` of the signed provenance that was verified, if any was. */
  readonly provenance?: string;
  readonly admitted: boolean;
  /** Why not. */
  readonly reasons: readonly Reason[];
  readonly release: string;
  /** The event: its id, stream and revision, and when it was recorded (ISO 8601). */
  readonly event: { readonly id: string; readonly stream: string; readonly revision: number; readonly recordedAt: string };
}

/** Made of nothing but the decision, so that one event has one summary. */
export function verificationSummary(decision: Decision): SummaryStatement {
  const { application, candidate, snapshot, target, admission, admissionRevision, policyDigest, provenance, admitted, reasons, release, event } = decision;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: `${application}@${candidate}`, digest: digestSet(snapshot) }],
    predicateType: SUMMARY_PREDICATE_TYPE,
    predicate: {
      verifier: { id: VERIFIER_ID },
      timeVerified: event.recordedAt,
      resourceUri: resourceUriOf(target),
      policy: { uri: `slipway:releasePlanAdmission/${admission}@${admissionRevision}`, digest: digestSet(policyDigest) },
      ...(provenance !== undefined && { inputAttestations: [{ digest: digestSet(provenance) }] }),
      verificationResult: admitted ? 'PASSED' : 'FAILED',
      verifiedLevels: levels(admitted, provenance !== undefined),
      slsaVersion: '1.0',
      [DECISION_FIELD]: { event: event.id, stream: event.stream, revision: event.revision, release, reasons: reasons.map(({ code }) => code) },
    },
  };
}

export const resourceUriOf = (target: string): string => `slipway:target/${target}`;

/** No higher: whether the builder's machine is hosted and hardened (levels 2 and 3) is nothing that a signature shows. */
const levels = (admitted: boolean, isSigned: boolean): string[] =>
  !admitted ? ['FAILED'] : isSigned ? ['SLSA_BUILD_LEVEL_1', 'SLIPWAY_PROVENANCE_SIGNED'] : ['SLSA_BUILD_LEVEL_0'];

const digestSet = (digest: string): DigestSet => ({ sha256: digest.replace(/^sha256:/, '') });
