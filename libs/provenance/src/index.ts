export { parseProvenance } from './parse-provenance.js';
export { type BuiltComponent, type ProvenanceInput, slsaProvenance } from './slsa-provenance.js';
export {
  BUILD_TYPE,
  type ExternalParameters,
  PREDICATE_TYPE,
  PROVENANCE_MEDIA_TYPE,
  type ProvenanceStatement,
  type ResolvedDependency,
  STATEMENT_TYPE,
  type Subject,
} from './statement.js';
