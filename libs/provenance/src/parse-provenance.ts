import { type Reason, SlipwayError } from '@slipway/kernel';
import { BUILD_TYPE, PREDICATE_TYPE, type ProvenanceStatement, STATEMENT_TYPE } from './statement.js';
import { parseStrictJson } from './strict-json.js';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFilledList: Check = (value) => Array.isArray(value) && value.length > 0;
const isTime: Check = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
const is = (expected: string): Check => (value) => value === expected;
const matches = (form: RegExp): Check => (value) => typeof value === 'string' && form.test(value);

/** What must be where. `[]` stands for each member of a list. */
const SHAPE: readonly (readonly [string, Check])[] = [
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
  const value = parseStrictJson(json);
  const reasons = SHAPE.flatMap(([path, check]) => wrongAt(value, path.split('.'), check, ''));
  if (reasons.length > 0) {
    throw new SlipwayError('MALFORMED_MESSAGE', `not a provenance of Slipway: ${reasons.map(({ at }) => at).join(', ')}`, reasons);
  }
  return value as ProvenanceStatement;
}

function wrongAt(value: unknown, [step, ...rest]: readonly string[], check: Check, at: string): Reason[] {
  if (step === undefined) return check(value) ? [] : [{ code: 'MALFORMED_MESSAGE', message: `${at} is missing or wrong`, at }];
  if (step === '[]') return Array.isArray(value) ? value.flatMap((member, index) => wrongAt(member, rest, check, `${at}.${index}`)) : [];
  const member = isObject(value) ? (value as Record<string, unknown>)[step] : undefined;
  return wrongAt(member, rest, check, at === '' ? step : `${at}.${step}`);
}
