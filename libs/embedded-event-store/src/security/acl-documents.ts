import { ACTIONS, ADMINS, EVERYBODY, type Acl, type Action, type CompleteAcl, type DefaultAcls, type Policy } from './may-do.js';

/** The documents that rights are written in: `$acl` of stream metadata, `$settings` and `$policies`. */

const ACL_KEYS: { readonly [action in Action]: string } = { read: '$r', write: '$w', delete: '$d', metaRead: '$mr', metaWrite: '$mw' };
const POLICY_KEYS: { readonly [action in Action]: string } = {
  read: 'readers',
  write: 'writers',
  delete: 'deleters',
  metaRead: 'metaReaders',
  metaWrite: 'metaWriters',
};

function complete(list: (action: Action) => readonly string[]): CompleteAcl {
  return Object.fromEntries(ACTIONS.map((action) => [action, list(action)])) as CompleteAcl;
}

export const STANDARD_DEFAULTS: DefaultAcls = { user: complete(() => [EVERYBODY]), system: complete(() => [ADMINS]) };
/** In the place of what cannot be understood: administrators only. */
export const CLOSED_DEFAULTS: DefaultAcls = { user: complete(() => []), system: complete(() => []) };
export const CLOSED_POLICIES: readonly Policy[] = ['', '$'].map((prefix) => ({ prefix, ...complete(() => []) }));
const CLOSED_ACL: Acl = complete(() => []);

/** A document that says nothing that could be followed. */
export class InvalidRules extends Error {}

/** The ACL in a stream's metadata. What is no list of names gives the right to nobody but administrators. */
export function aclOf(document: Readonly<Record<string, unknown>> | undefined): Acl | undefined {
  const value = document?.['$acl'];
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? parseAcl(value, () => []) : CLOSED_ACL;
}

/** Throws InvalidRules. */
export function parseDefaults(document: unknown): DefaultAcls {
  if (!isObject(document)) throw new InvalidRules('$settings must be a JSON object');
  const part = (key: string, standard: CompleteAcl): CompleteAcl => {
    const value = document[key];
    if (value === undefined || value === null) return standard;
    if (!isObject(value)) throw new InvalidRules(`${key} must be an object`);
    return { ...standard, ...parseAcl(value, refuse) };
  };
  return { user: part('$userStreamAcl', STANDARD_DEFAULTS.user), system: part('$systemStreamAcl', STANDARD_DEFAULTS.system) };
}

/**
 * The rules of `$policies`: either `{ policies: [{ prefix, readers, writers, deleters, metaReaders, metaWriters }] }` or
 * EventStoreDB's own form (streamPolicies, streamRules, defaultStreamRules). Throws InvalidRules.
 */
export function parsePolicies(document: unknown): readonly Policy[] {
  if (!isObject(document)) throw new InvalidRules('$policies must hold a JSON object');
  if (document['streamRules'] !== undefined || document['streamPolicies'] !== undefined) return parseNamedPolicies(document);
  return arrayOf(document['policies'], 'policies').map((policy) => {
    const prefix = policy['prefix'];
    if (typeof prefix !== 'string') throw new InvalidRules('a policy needs a prefix');
    return { prefix, ...parseComplete(policy, POLICY_KEYS, `the policy for ${prefix}`) };
  });
}

/** EventStoreDB's form: named lists, rules that point to them, and one each for all other user and system streams. */
function parseNamedPolicies(document: Record<string, unknown>): readonly Policy[] {
  const { streamPolicies, defaultStreamRules } = document;
  const defaults = isObject(defaultStreamRules) ? defaultStreamRules : {};
  const named = (prefix: unknown, name: unknown): Policy => {
    const policy = isObject(streamPolicies) && typeof name === 'string' && Object.hasOwn(streamPolicies, name) ? streamPolicies[name] : undefined;
    if (typeof prefix !== 'string' || !isObject(policy)) throw new InvalidRules(`a rule for ${String(prefix)} names no policy of streamPolicies`);
    return { prefix, ...parseComplete(policy, ACL_KEYS, `the policy ${String(name)}`) };
  };
  return [
    ...arrayOf(document['streamRules'] ?? [], 'streamRules').map((rule) => named(rule['startsWith'], rule['policy'])),
    named('', defaults['userStreams']),
    named('$', defaults['systemStreams']),
  ];
}

function parseComplete(source: Record<string, unknown>, keys: typeof ACL_KEYS, what: string): CompleteAcl {
  return complete((action) => namesOf(source[keys[action]]) ?? refuse(`${keys[action]} of ${what}`));
}

function parseAcl(source: Record<string, unknown>, invalid: (key: string) => readonly string[]): Acl {
  const given = ACTIONS.filter((action) => source[ACL_KEYS[action]] !== undefined && source[ACL_KEYS[action]] !== null);
  return Object.fromEntries(given.map((action) => [action, namesOf(source[ACL_KEYS[action]]) ?? invalid(ACL_KEYS[action])]));
}

function refuse(key: string): never {
  throw new InvalidRules(`${key} must be a name or a list of names`);
}

/** Undefined for what is neither a name nor a list of names. */
function namesOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : undefined;
}

function arrayOf(value: unknown, key: string): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new InvalidRules(`${key} must be a list of objects`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
