/** What can be wrong with an attestation. Closed; admission denies with these, and `slipway verify` prints them. */
export type FaultCode =
  // verify-envelope.ts
  | 'PROVENANCE_UNSIGNED'
  | 'PROVENANCE_MALFORMED'
  | 'PROVENANCE_KEY_UNTRUSTED'
  | 'PROVENANCE_KEY_EXPIRED'
  | 'PROVENANCE_KEY_REVOKED'
  // check-provenance.ts, check-summary.ts
  | 'PROVENANCE_BUILDER_MISMATCH'
  | 'PROVENANCE_SOURCE_MISMATCH'
  | 'PROVENANCE_COMMIT_MISMATCH'
  | 'PROVENANCE_CANDIDATE_MISMATCH'
  | 'PROVENANCE_DIGEST_MISMATCH';
