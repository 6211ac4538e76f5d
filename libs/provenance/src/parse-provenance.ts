import { is, isFilledList, isObject, isText, isTime, matches, parseAs, type Shape } from './shape.js';
import { BUILD_TYPE, PREDICATE_TYPE, type ProvenanceStatement, STATEMENT_TYPE } from './statement.js';

const SHAPE: Shape = [
  ['_type', is(STATEMENT_TYPE)],
  ['predicateType', is(PREDICATE_TYPE)],
  ['subject', isFilledList],
  ['subject.[].name', isText],
  ['subject.[].digest.sha256', matches(/^[0-9a-f]{64}$/)],
  ['predicate.buildDefinition.buildType', is(BUILD_TYPE)],
  ['predicate.buildDefinition.externalParameters.application', isText],
  ['predicate.buildDefinition.externalParameters.candidate', isText],
  ['predicate.buildDefinition.externalParameters.repository', isText],
  ['predicate.buildDefinition.externalParameters.commit', isText],
  ['predicate.buildDefinition.externalParameters.components', Array.isArray],
  ['predicate.buildDefinition.externalParameters.components.[].name', isText],
  ['predicate.buildDefinition.externalParameters.components.[].recipe', isObject],
  ['predicate.buildDefinition.resolvedDependencies', isFilledList],
  ['predicate.buildDefinition.resolvedDependencies.[].uri', matches(/^git\+/)],
  ['predicate.buildDefinition.resolvedDependencies.[].digest.gitCommit', matches(/^([0-9a-f]{40}|[0-9a-f]{64})$/)],
  ['predicate.runDetails.builder.id', isText],
  ['predicate.runDetails.metadata.invocationId', isText],
  ['predicate.runDetails.metadata.startedOn', isTime],
  ['predicate.runDetails.metadata.finishedOn', isTime],
];

/**
 * The statement in a JSON text (`parseStrictJson`). Throws MALFORMED_MESSAGE with a reason for each member that is missing or not of this form
 * (`at` its path). It checks the form, not the truth: compare the subjects with what you have.
 */
export function parseProvenance(json: Uint8Array): ProvenanceStatement {
  return parseAs<ProvenanceStatement>(json, SHAPE, 'a provenance of Slipway');
}
