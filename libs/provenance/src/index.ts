export { type BuiltThing, checkProvenance, type ProvenanceTrust, type ProvenanceVerdict } from './check-provenance.js';
export { checkSummary, type SummaryVerdict } from './check-summary.js';
export { ENVELOPE_MEDIA_TYPE, parseEnvelope, signEnvelope, type Signer } from './envelope.js';
export type { FaultCode } from './fault-code.js';
export { parseProvenance } from './parse-provenance.js';
export type { KeyPair } from './ed25519.js';
export { loadSigningKey, publicFileOf, type SigningKeyConfig, signingKeyOf } from './signing-key.js';
export { type BuiltComponent, type ProvenanceInput, slsaProvenance } from './slsa-provenance.js';
export {
  BUILD_TYPE,
  type ExternalParameters,
  PAYLOAD_TYPE,
  PREDICATE_TYPE,
  type ProvenanceStatement,
  type ResolvedDependency,
  STATEMENT_TYPE,
  type Subject,
} from './statement.js';
export { parseStrictJson } from './strict-json.js';
export { keyTrustFrom, type ListedKey, type ListedKeys, type ListedTrust, provenanceTrustFrom } from './trust.js';
export { type Decision, resourceUriOf, SUMMARY_PREDICATE_TYPE, type SummaryStatement, verificationSummary, VERIFIER_ID } from './verification-summary.js';
export { type KeyTrust, type TrustedKey, verifyEnvelope } from './verify-envelope.js';
