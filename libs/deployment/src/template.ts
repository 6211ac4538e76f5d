import { type Reason, SlipwayError } from '@slipway/kernel';
import type { Step } from './step.js';
import type { DeploymentSpec } from './target.events.js';

/** `$${` stands for a `${` that is meant for somebody else, such as a shell. */
const PLACE = /\$\$\{|\$\{([^}]*)\}/g;

/** A step with its variables filled in (see step.ts). Throws STEP_FAILED with one reason for each unknown variable. */
export function expandStep<S extends Step>(step: S, spec: DeploymentSpec): S {
  const variables = variablesOf(spec);
  const unknown: Reason[] = [];
  const expand = (text: string, at: string): string => replacePlaces(text, variables, (place) => unknown.push({ code: 'UNKNOWN_VARIABLE', message: `${place} in ${at} is not a variable`, at }));
  const { name, type, ...texts } = step;
  const expanded = { ...(mapTexts(texts, '', expand) as typeof texts), name, type } as S;
  if (unknown.length === 0) return expanded;
  const known = [...variables.keys()].join(', ');
  throw new SlipwayError('STEP_FAILED', `${unknown.map(({ message }) => message).join('; ')}; there are ${known}`, unknown);
}

/** A text of a step with its variables filled in; what is unknown stays as it is. */
export const fillIn = (text: string, spec: DeploymentSpec): string => replacePlaces(text, variablesOf(spec), () => undefined);

function replacePlaces(text: string, variables: ReadonlyMap<string, string>, onUnknown: (place: string) => void): string {
  return text.replace(PLACE, (place, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = variables.get(name);
    if (value === undefined) onUnknown(place);
    return value ?? place;
  });
}

function variablesOf({ candidate, snapshot, application, environment }: DeploymentSpec): Map<string, string> {
  return new Map([
    ['candidate', candidate],
    ['commit', snapshot.commit],
    ['snapshot', snapshot.digest],
    ['application', application],
    ['environment', environment],
    ...snapshot.components.map(({ name, digest }): [string, string] => [`digest.${name}`, digest]),
  ]);
}

/** Every text in a JSON value; the keys of objects stay. `at` is the path, such as `command.2`. */
function mapTexts(value: unknown, at: string, map: (text: string, at: string) => string): unknown {
  if (typeof value === 'string') return map(value, at);
  if (Array.isArray(value)) return value.map((each, index) => mapTexts(each, `${at}.${index}`, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, mapTexts(each, at ? `${at}.${key}` : key, map)]);
  return Object.fromEntries(entries);
}
