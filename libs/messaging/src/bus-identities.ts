import { SlipwayError, type StreamOwner, type StreamPrefix, STREAMS, WORKSPACE_FORM } from '@slipway/kernel';
import { COMMANDS, factSubjects, QUERIES, rebuildSubject, type ServiceName, SERVICES_WITH_VIEWS, subjectOf } from './subjects.js';

/** Somebody on the bus, and all that it may do there. Its name is that of its key's file, `<name>.seed`. */
export interface BusIdentity {
  readonly name: string;
  readonly account: string;
  /** Subjects on which it takes requests, in a queue group with its own name. */
  readonly answers: readonly string[];
  /** Subjects of the facts that it publishes. */
  readonly publishes: readonly string[];
  /** Subjects on which it may request. */
  readonly asks: readonly string[];
  /** Subjects of the facts that it may follow. */
  readonly hears: readonly string[];
}

/** The account in which the services live. Whoever else is in it is trusted by them. */
export const CORE = 'CORE';

/** The clients' teams: whose commands each may ask for, and whose facts it may follow. Both may ask every query. */
const TEAMS = {
  development: { account: 'DEV', commands: ['planning', 'build'], facts: ['planning', 'build'] },
  managed: { account: 'SRE', commands: ['admission', 'deployment'], facts: ['planning', 'admission', 'build', 'deployment'] },
} as const satisfies Record<string, { account: string; commands: readonly (keyof typeof COMMANDS)[]; facts: readonly StreamOwner[] }>;

export type Team = keyof typeof TEAMS;

const SERVICES = [...new Set([...Object.keys(COMMANDS), ...Object.keys(QUERIES)])] as ServiceName[];
/** A review of a release carries the managed side's steps under the tenant's name: no client of one workspace follows it. */
const OF_BOTH_SIDES: StreamPrefix = 'review-';

const commandsOf = (service: keyof typeof COMMANDS): string[] => COMMANDS[service].map(subjectOf);
const factsOf = (service: StreamOwner): string[] => STREAMS[service].map((prefix) => factSubjects(prefix));
const factsIn = (workspace: string, service: StreamOwner): string[] =>
  STREAMS[service].filter((prefix) => prefix !== OF_BOTH_SIDES).map((prefix) => factSubjects(prefix, workspace));
const queries = (): string[] => Object.values(QUERIES).flat().map(subjectOf);
const isWriter = (service: ServiceName): service is keyof typeof COMMANDS => service in COMMANDS;
const isAsked = (service: ServiceName): service is keyof typeof QUERIES => service in QUERIES;

/** A service answers what the map gives it and publishes its own facts. It asks nothing: services meet in the log. */
function serviceIdentity(service: ServiceName): BusIdentity {
  const asked = [...(isWriter(service) ? commandsOf(service) : []), ...(isAsked(service) ? QUERIES[service].map(subjectOf) : [])];
  const rebuild = SERVICES_WITH_VIEWS.some((name) => name === service) ? [rebuildSubject(service)] : [];
  return { name: service, account: CORE, answers: [...asked, ...rebuild], publishes: isWriter(service) ? factsOf(service) : [], asks: [], hears: [] };
}

/**
 * A team's producers and clients: `dev` in account DEV or, for one workspace, `dev-shop` in account DEV-shop. The latter
 * follows what its own services publish under that workspace's name, and nothing of others.
 * @throws SlipwayError CONFIG_INVALID when the workspace has no usable name
 */
export function teamIdentity(team: Team, workspace?: string): BusIdentity {
  if (workspace !== undefined && !WORKSPACE_FORM.test(workspace)) {
    throw new SlipwayError('CONFIG_INVALID', `${JSON.stringify(workspace)} is no workspace: lower-case letters, digits and hyphens`);
  }
  const { account, commands, facts } = TEAMS[team];
  return {
    name: [account.toLowerCase(), ...(workspace ? [workspace] : [])].join('-'),
    account: [account, ...(workspace ? [workspace] : [])].join('-'),
    answers: [],
    publishes: [],
    asks: [...commands.flatMap(commandsOf), ...queries()],
    hears: workspace ? commands.flatMap((service) => factsIn(workspace, service)) : facts.flatMap(factsOf),
  };
}

const everything = (): string[] => [
  ...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]).flatMap(commandsOf),
  ...queries(),
  ...SERVICES_WITH_VIEWS.map(rebuildSubject),
];

/** Carries the requests of people and machines, whom it vouches for, to every service. */
export const gatewayIdentity = (): BusIdentity => ({ name: 'gateway', account: CORE, answers: [], publishes: [], asks: everything(), hears: [] });

/** Everybody on the bus of a platform: the services, the gateway, and a client of each team. */
export const platformIdentities = (): BusIdentity[] => [
  ...SERVICES.map(serviceIdentity),
  gatewayIdentity(),
  teamIdentity('development'),
  teamIdentity('managed'),
];

/** Where an identity's answers arrive. In an account that it shares, nobody else may listen there. */
export const inboxPrefix = (name: string): string => `_INBOX.${name}`;
