import { Environment } from '@marcbachmann/cel-js';
import type { RuleContext } from './rules/rule.js';

/**
 * What a policy may speak of. Declared, so that a misspelt variable or field is refused when the policy is written and
 * not when a release stands before it. `provenance` is the SLSA statement as it is; `time` is a timestamp, whose
 * methods (`getHours("Europe/Berlin")`, `getDayOfWeek()`) take a zone.
 */
const language = new Environment({ homogeneousAggregateLiterals: false })
  .registerVariable('release', {
    schema: { id: 'string', application: 'string', workspace: 'string', candidate: 'string', author: 'string', plan: 'string', kind: 'string' },
  })
  .registerVariable('snapshot', { schema: { digest: 'string', commit: 'string', components: 'list<dyn>' } })
  .registerVariable('provenance', 'dyn')
  .registerVariable('environment', { schema: { name: 'string', workspace: 'string' } })
  .registerVariable('time', 'google.protobuf.Timestamp');

/** What is wrong with an expression, in the parser's words and with a picture of the place; null when it can be asked. */
export function faultOf(expression: string): string | null {
  const checked = language.check(expression);
  if (!checked.valid) return checked.error?.message ?? 'not a CEL expression';
  return checked.type === 'bool' || checked.type === 'dyn' ? null : `must be true or false, but is of type ${checked.type}`;
}

/** What CEL said, without the picture of the expression below it. */
export const saidBy = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1).join();

export const mentionsProvenance = (expression: string): boolean => /\bprovenance\b/.test(expression);

/** Asks an expression. @throws Error where it can't be answered, with CEL's words. */
export function ask(expression: string, context: RuleContext): boolean {
  const answer: unknown = language.evaluate(expression, variables(context));
  if (typeof answer !== 'boolean') throw new Error(`must be true or false, but is ${typeof answer}`);
  return answer;
}

function variables({ thing, environment, provenance, now }: RuleContext): Record<string, unknown> {
  const { subject, application, candidate, author, plan, snapshot, target } = thing;
  return {
    release: { id: subject.release, application, workspace: application.split('/')[0], candidate, author, plan, kind: subject.kind },
    snapshot: { digest: snapshot.digest, commit: snapshot.commit, components: plain(snapshot.components) },
    provenance: provenance && 'statement' in provenance ? plain(provenance.statement) : null,
    environment: { name: environment, workspace: target },
    time: new Date(now),
  };
}

/** CEL takes plain objects alone, no instances of classes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
