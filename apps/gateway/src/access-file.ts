import { readFileSync, statSync } from 'node:fs';
import type { Grants, Role } from '@slipway/identity';
import { parseActor, type Reason, SlipwayError } from '@slipway/kernel';
import { parse } from 'yaml';
import { faultsOfGrants as faultsIn } from './token.js';

/** An account at an OpenID provider. */
interface Account {
  readonly issuer: string;
  readonly subject: string;
}

/** A person with all of their accounts. */
interface Person {
  /** `alice`, for `person:alice`. */
  readonly person: string;
  readonly subjects: readonly Account[];
  /** By which commits are known as theirs. */
  readonly emails?: readonly string[];
  readonly grants?: Grants;
}

/** A client with credentials of its own. */
interface Machine extends Account {
  /** `ci`, for `machine:ci`. */
  readonly machine: string;
  /** What its tokens must say besides. */
  readonly claims?: Readonly<Record<string, string | number | boolean>>;
  readonly grants?: Grants;
}

/** Whom accounts belong to, and what they may do. */
export interface Access {
  readonly people: readonly Person[];
  readonly machines: readonly Machine[];
  /** Value of the claim `groups` → what its members may do. Of people only. */
  readonly groups: Readonly<Record<string, Grants>>;
}

export const NO_ACCESS: Access = { people: [], machines: [], groups: {} };

/** @throws SlipwayError CONFIG_INVALID that names every fault */
export function readAccessFile(file: string): Access {
  const content = contentOf(file);
  const access = { ...NO_ACCESS, ...(content as Partial<Access>) };
  const reasons = isObject(content) ? faultsOf(access) : [fault('people', 'must be there')];
  if (reasons.length > 0) throw new SlipwayError('CONFIG_INVALID', `${file} is not valid: ${reasons.map(({ message }) => message).join('; ')}`, reasons);
  return access;
}

/** The person whose account it is. */
export const personOf = ({ people }: Access, { issuer, subject }: Account): Person | undefined =>
  people.find(({ subjects }) => subjects.some((account) => account.issuer === issuer && account.subject === subject));

/** The machine whose account it is, if the token says all that it must. */
export const machineOf = ({ machines }: Access, { issuer, subject }: Account, claims: Readonly<Record<string, unknown>>): Machine | undefined =>
  machines.find((machine) => machine.issuer === issuer && machine.subject === subject && Object.entries(machine.claims ?? {}).every(([name, value]) => claims[name] === value));

/** The e-mail addresses of `person:alice`, whichever way they signed in. */
export const emailsOf = ({ people }: Access, sub: string): readonly string[] => (people.find(({ person }) => `person:${person}` === sub)?.emails ?? []).map((email) => email.toLowerCase());

/** What a person may do by themselves and by their groups. */
export function grantsOf({ groups }: Access, own: Grants | undefined, member: unknown): Grants {
  const names = Array.isArray(member) ? member.filter((name): name is string => typeof name === 'string') : [];
  const all = [own ?? {}, ...names.map((name) => (Object.hasOwn(groups, name) ? groups[name]! : {}))];
  const merged = new Map<string, Set<Role>>();
  for (const [workspace, roles] of all.flatMap((grants) => Object.entries(grants))) merged.set(workspace, new Set([...(merged.get(workspace) ?? []), ...roles]));
  return Object.fromEntries([...merged].map(([workspace, roles]) => [workspace, [...roles]]));
}

const OTHERS_MAY_WRITE = 0o022;

function contentOf(file: string): unknown {
  try {
    if ((statSync(file).mode & OTHERS_MAY_WRITE) !== 0) throw new TypeError(`others may write ${file}: chmod go-w it`);
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `the access file can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}

function faultsOf({ people, machines, groups, ...others }: Access): Reason[] {
  const shape = [
    ...listed(people, 'people'),
    ...listed(machines, 'machines'),
    ...(isObject(groups) ? [] : [fault('groups', 'must map values of the claim to grants')]),
    ...Object.keys(others).map((name) => fault(name, 'is not known')),
  ];
  if (shape.length > 0) return shape;
  const parts = [
    ...people.flatMap((each, index) => faultsOfPerson(each, `people.${index}`)),
    ...machines.flatMap((each, index) => faultsOfMachine(each, `machines.${index}`)),
    ...Object.entries(groups).flatMap(([name, grants]) => faultsOfGrants(grants, `groups.${name}`)),
  ];
  return parts.length > 0 ? parts : faultsOfOwners([...people.flatMap(({ subjects }) => subjects), ...machines]);
}

/** An account belongs to one person or machine. */
function faultsOfOwners(accounts: readonly Account[]): Reason[] {
  const names = accounts.map(({ issuer, subject }) => `${subject} at ${issuer}`);
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => fault('subjects', `name ${name} twice`));
}

const faultsOfPerson = ({ person, subjects, emails, grants }: Person, at: string): Reason[] => [
  ...named(`person:${person}`, `${at}.person`),
  ...(Array.isArray(subjects) && subjects.every(isAccount) ? [] : [fault(`${at}.subjects`, 'must be a list of { issuer, subject }')]),
  ...(emails === undefined || (Array.isArray(emails) && emails.every(isText)) ? [] : [fault(`${at}.emails`, 'must be a list of addresses')]),
  ...(grants === undefined ? [] : faultsOfGrants(grants, `${at}.grants`)),
];

const faultsOfMachine = (machine: Machine, at: string): Reason[] => [
  ...named(`machine:${machine.machine}`, `${at}.machine`),
  ...(isAccount(machine) ? [] : [fault(at, 'must have an issuer and a subject')]),
  ...(machine.grants === undefined ? [] : faultsOfGrants(machine.grants, `${at}.grants`)),
];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAccount = (value: unknown): boolean => isObject(value) && isText(value['issuer']) && isText(value['subject']);
const listed = (value: unknown, at: string): Reason[] => (Array.isArray(value) && value.every(isObject) ? [] : [fault(at, 'must be a list')]);
const faultsOfGrants = (grants: unknown, where: string): Reason[] => faultsIn(grants, where).map(({ at, message }) => fault(`${at}:`, message));
const fault = (at: string, message: string): Reason => ({ code: 'access', message: `${at} ${message}`, at });

function named(actor: string, at: string): Reason[] {
  try {
    parseActor(actor);
    return [];
  } catch {
    return [fault(at, 'is not a name')];
  }
}
