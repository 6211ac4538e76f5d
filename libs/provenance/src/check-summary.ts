import { type Reason, SlipwayError } from '@slipway/kernel';
import type { FaultCode } from './fault-code.js';
import { is, isFilledList, isText, isTime, matches, parseAs, type Shape } from './shape.js';
import { PAYLOAD_TYPE, STATEMENT_TYPE } from './statement.js';
import { SUMMARY_PREDICATE_TYPE, type SummaryStatement, VERIFIER_ID } from './verification-summary.js';
import { type KeyTrust, verifyEnvelope } from './verify-envelope.js';

const HEX = matches(/^[0-9a-f]{64}$/);

const SHAPE: Shape = [
  ['_type', is(STATEMENT_TYPE)],
  ['predicateType', is(SUMMARY_PREDICATE_TYPE)],
  ['subject', isFilledList],
  ['subject.[].digest.sha256', HEX],
  ['predicate.verifier.id', isText],
  ['predicate.timeVerified', isTime],
  ['predicate.resourceUri', isText],
  ['predicate.policy.uri', isText],
  ['predicate.verificationResult', matches(/^(PASSED|FAILED)$/)],
  ['predicate.verifiedLevels', isFilledList],
  ['predicate.inputAttestations.[].digest.sha256', HEX],
];

export type SummaryVerdict = { readonly keys: readonly string[]; readonly summary: SummaryStatement } | { readonly reasons: readonly Reason[] };

/** Whether a trusted verifier signed this decision about the snapshot (`sha256:<hex>`). What it decided is for the caller to look at. */
export function checkSummary(bytes: Uint8Array, trust: KeyTrust, snapshot: string, at: string): SummaryVerdict {
  const verified = verifyEnvelope(bytes, PAYLOAD_TYPE, trust, at);
  if ('reasons' in verified) return verified;
  const summary = parsed(verified.payload);
  if ('reasons' in summary) return summary;
  const { id } = summary.predicate.verifier;
  const reasons = [
    ...(id === VERIFIER_ID ? [] : [reason('PROVENANCE_BUILDER_MISMATCH', `it was decided by ${id}, and not by ${VERIFIER_ID}`)]),
    ...(summary.subject.some(({ digest }) => `sha256:${digest.sha256}` === snapshot) ? [] : [reason('PROVENANCE_DIGEST_MISMATCH', `it does not name the snapshot, ${snapshot}`)]),
  ];
  return reasons.length > 0 ? { reasons } : { keys: verified.keys, summary };
}

function parsed(payload: Uint8Array): SummaryStatement | { readonly reasons: readonly Reason[] } {
  try {
    return parseAs<SummaryStatement>(payload, SHAPE, 'a verification summary');
  } catch (error) {
    if (error instanceof SlipwayError) return { reasons: [reason('PROVENANCE_MALFORMED', error.message)] };
    throw error;
  }
}

const reason = (code: FaultCode, message: string): Reason => ({ code, message });
