import type { Reason } from '@slipway/kernel';
import type { Freeze } from '../freeze.events.js';
import type { ReasonCode } from '../reason-code.js';
import type { ReviewedThing } from '../review.events.js';

/** The answer of one rule: pass, not yet, or never. */
export type Verdict = { readonly outcome: 'pass' } | { readonly outcome: 'wait' | 'deny'; readonly reasons: readonly Reason[] };

/** The SLSA statement of the snapshot, or why it can't be read now; null where no policy asks for it. */
export type Provenance = { readonly statement: unknown } | { readonly unreadable: string } | null;

/**
 * What came of holding the snapshot's provenance against the trust that its admission lists, found where the bytes are;
 * or why that can't be found out now. Null where the admission lists no trust.
 */
export type ProvenanceFinding = VerifiedProvenance | { readonly unreadable: string } | null;

export interface VerifiedProvenance {
  /** `sha256:<hex>` of the signed envelope. */
  readonly digest: string;
  /** Ids of the keys that counted, in order. */
  readonly keys: readonly string[];
  /** All that is wrong with it. Empty: it is trusted. */
  readonly reasons: readonly Reason[];
}

export interface Upstream {
  readonly environment: string;
  /** When the release was verified there, and with which bytes. */
  readonly verified: { readonly at: string; readonly snapshotDigest: string } | null;
  /** Somebody, or Slipway itself, went back from it since. */
  readonly rolledBack: boolean;
}

/** All that a rule may look at. A rule has no other source: same context, same verdict. */
export interface RuleContext {
  readonly thing: ReviewedThing;
  readonly environment: string;
  /** The environment before this one; null for the first. */
  readonly upstream: Upstream | null;
  /** Who approved the release here: distinct people. */
  readonly approvals: readonly string[];
  /** Who wrote an exception for the release here: their approval does not count. */
  readonly exceptedBy: readonly string[];
  /** Somebody promoted the release to this environment. */
  readonly promoted: boolean;
  /** All freezes of the managed workspace that were not lifted. */
  readonly freezes: readonly Freeze[];
  readonly provenance: Provenance;
  readonly finding: ProvenanceFinding;
  /** ISO 8601. */
  readonly now: string;
}

/** A rule's context with the gate that it stands for. */
export type GateContext<Gate> = RuleContext & { readonly gate: Gate };

export const PASS: Verdict = { outcome: 'pass' };

export const wait = (code: ReasonCode, message: string): Verdict => ({ outcome: 'wait', reasons: [{ code, message }] });
