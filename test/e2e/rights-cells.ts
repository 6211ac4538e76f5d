import { type Action, ACTIONS, EVERYWHERE, type Role, ROLES, type TableRule } from '@slipway/identity';
import { RebuildViews, SERVICES_WITH_VIEWS } from '@slipway/messaging';
import type { Answer } from './send.js';

const TENANT = 'shop';
export const MANAGED = 'prod';
/** Another team, which has nothing to do with either. */
const STRANGER = 'bank';
export const PLACES = [TENANT, MANAGED, STRANGER, EVERYWHERE];

/** Objects of `shop` and `prod` that there are when the cells are asked. */
export const application = `${TENANT}/api`;
export const plan = { plan: application, application, target: MANAGED };
export const admission = {
  admission: `${MANAGED}/api`,
  origin: TENANT,
  applications: ['api'],
  environments: [{ name: 'live', gates: [{ type: 'approval' as const, count: 9 }], steps: [{ name: 'echo', type: 'run' as const, command: ['echo', 'hello'] }] }],
};
export const components = [{ name: 'a', recipe: { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] } }];

/** One action, asked by somebody who has one role in one place. */
export interface Cell {
  readonly rule: TableRule;
  readonly role: Role;
  readonly place: string;
  readonly fields: object;
  /** Whose views are rebuilt; undefined for all other actions. */
  readonly service?: string;
}

/** The whole matrix: every action, for every role, in the own, another and all workspaces. */
export function cellsOf(repository: string, release: string): readonly Cell[] {
  return ACTIONS.flatMap((rule) =>
    (rule.message === RebuildViews ? SERVICES_WITH_VIEWS : [undefined]).flatMap((service) =>
      ROLES.flatMap((role) => PLACES.map((place) => ({ rule, role, place, fields: fieldsOf(rule.action, repository, release), ...(service && { service }) }))),
    ),
  );
}

export const nameOf = ({ rule, role, place }: Cell): string => `${rule.action} as ${role} of ${place}`;

/** A message of each action about objects of `shop` and `prod`. What does not exist is refused for that, and so past the right. */
function fieldsOf(action: Action, repository: string, release: string): object {
  const target = `${MANAGED}/live/${application}`;
  const exception = { exception: `${MANAGED}/none`, reason: 'x' };
  const fields: Partial<Record<Action, object>> = {
    'application.register': { application, repository, components },
    'plan.write': plan,
    'candidate.cut': { application: `${TENANT}/none` },
    'candidate.cherry-pick': { application, candidate: '9.9.9-rc9', commits: ['main'] },
    'release.request': { plan: `${TENANT}/none`, candidate: '0.1.0-rc1' },
    'release.cancel': { release: `${TENANT}/none`, reason: 'x' },
    'admission.write': admission,
    'review.approve': { release, environment: 'live' },
    'review.reject': { release, environment: 'live', reason: 'x' },
    'review.promote': { release, environment: 'live' },
    'freeze.declare': { freeze: `${MANAGED}/other`, environments: ['other'], reason: 'x' },
    'freeze.lift': { freeze: `${MANAGED}/none`, reason: 'x' },
    'exception.grant': { ...exception, release: `${TENANT}/none`, environment: 'live', gate: 'freeze' },
    'exception.revoke': exception,
    'build.request': { application, candidate: '9.9.9-rc9' },
    'target.roll-back': { target, reason: 'x' },
    'hold.place': { target, reason: 'x' },
    'hold.lift': { target, reason: 'x' },
    'candidate.show': { application, candidate: '0.1.0-rc1' },
    'release.show': { release },
    'target.show': { target },
    'evidence.read': { release },
  };
  return fields[action] ?? {};
}

/** Answers that say nothing about the right, because the message never came so far or the service failed. */
const BROKEN = [
  ...['INVALID_COMMAND', 'MALFORMED_MESSAGE', 'ASSERTION_MISSING', 'ASSERTION_INVALID', 'ASSERTION_REPLAYED'],
  ...['NOT_SIGNED_IN', 'RATE_LIMITED', 'ROUTE_NOT_FOUND', 'INTERNAL', 'UNAVAILABLE', 'TIMED_OUT'],
];

/** What is wrong with the answer to a cell; undefined: nothing. */
export function faultOf({ rule, role, place }: Cell, { code, value }: Answer): string | undefined {
  if (code !== undefined && BROKEN.includes(code)) return `${code}: ${JSON.stringify(value)}`;
  const allowed = rule.roles.includes(role) && isInside(rule, place);
  if (allowed !== (code !== 'NOT_ALLOWED')) return `${allowed ? 'should be' : 'should not be'} allowed, but: ${code ?? 'done'}`;
  const { data } = value as { data?: unknown };
  if (rule.on === 'rows' && place === STRANGER && JSON.stringify(data) !== '[]') return `sees what is not its own: ${JSON.stringify(data)}`;
  const seenBySides: readonly string[] = ['application.list', 'plan.list', 'admission.list', 'candidate.list', 'release.list'];
  if (seenBySides.includes(rule.action) && place !== STRANGER && JSON.stringify(data) === '[]') return 'does not see its own';
  return undefined;
}

/** Written down a second time, and not taken from the code that decides. */
function isInside({ on, eitherSide }: TableRule, place: string): boolean {
  if (place === EVERYWHERE || on === 'rows' || on === 'public') return true;
  if (on === 'platform' || place === STRANGER) return false;
  const owner = ['application', 'plan', 'release'].includes(on) ? TENANT : MANAGED;
  return place === owner || eitherSide === true;
}
