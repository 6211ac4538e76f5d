import * as admission from '@slipway/admission/contract';
import * as build from '@slipway/build/contract';
import * as deployment from '@slipway/deployment/contract';
import * as planning from '@slipway/planning/contract';
import * as query from '@slipway/query/contract';
import type { MessageClass } from './subjects.js';

/** How a command or query is asked over HTTP. What the path does not give comes from the body or, for GET, the query string. */
export interface Route {
  readonly message: MessageClass;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** After `/v1`, with `{parameters}`. */
  readonly path: string;
  /** Field → the parameters that it is made of, joined by slashes. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Fields of a query string that are numbers. */
  readonly numbers?: readonly string[];
  /** How long the service may take. Default: 10. */
  readonly answerSeconds?: number;
}

const APPLICATION = { application: ['workspace', 'name'] };
const CANDIDATE = { ...APPLICATION, candidate: ['candidate'] };
const PLAN = { plan: ['workspace', 'name'] };
const RELEASE = { release: ['workspace', 'name'] };
const REVIEW = { ...RELEASE, environment: ['environment'] };
const ADMISSION = { admission: ['workspace', 'name'] };
const FREEZE = { freeze: ['workspace', 'name'] };
const EXCEPTION = { exception: ['workspace', 'name'] };
const TARGET = { target: ['managed', 'environment', 'workspace', 'name'] };

/** A candidate may need the whole of a repository to be fetched first. */
const SLOW_SECONDS = 120;

/** The map of HTTP: one route for each class of the map of subjects. */
export const ROUTES: readonly Route[] = [
  { message: planning.RegisterApplication, method: 'PUT', path: '/applications/{workspace}/{name}', fields: APPLICATION },
  { message: planning.CutCandidate, method: 'POST', path: '/applications/{workspace}/{name}/candidates', fields: APPLICATION, answerSeconds: SLOW_SECONDS },
  { message: planning.CherryPick, method: 'POST', path: '/applications/{workspace}/{name}/candidates/{candidate}/cherry-picks', fields: CANDIDATE, answerSeconds: SLOW_SECONDS },
  { message: build.RequestBuild, method: 'POST', path: '/applications/{workspace}/{name}/candidates/{candidate}/builds', fields: CANDIDATE },
  { message: planning.WriteReleasePlan, method: 'PUT', path: '/plans/{workspace}/{name}', fields: PLAN },
  { message: planning.RequestRelease, method: 'POST', path: '/plans/{workspace}/{name}/releases', fields: PLAN },
  { message: planning.CancelRelease, method: 'POST', path: '/releases/{workspace}/{name}/cancellation', fields: RELEASE },

  { message: admission.WriteReleasePlanAdmission, method: 'PUT', path: '/admissions/{workspace}/{name}', fields: ADMISSION },
  { message: admission.ApproveRelease, method: 'POST', path: '/releases/{workspace}/{name}/environments/{environment}/approvals', fields: REVIEW },
  { message: admission.RejectRelease, method: 'POST', path: '/releases/{workspace}/{name}/environments/{environment}/rejection', fields: REVIEW },
  { message: admission.PromoteRelease, method: 'POST', path: '/releases/{workspace}/{name}/environments/{environment}/promotion', fields: REVIEW },
  { message: admission.DeclareFreeze, method: 'POST', path: '/freezes/{workspace}/{name}', fields: FREEZE },
  { message: admission.LiftFreeze, method: 'POST', path: '/freezes/{workspace}/{name}/lift', fields: FREEZE },
  { message: admission.GrantException, method: 'POST', path: '/exceptions/{workspace}/{name}', fields: EXCEPTION },
  { message: admission.RevokeException, method: 'POST', path: '/exceptions/{workspace}/{name}/revocation', fields: EXCEPTION },

  { message: deployment.RollBack, method: 'POST', path: '/targets/{managed}/{environment}/{workspace}/{name}/rollbacks', fields: TARGET },
  { message: deployment.PlaceHold, method: 'POST', path: '/targets/{managed}/{environment}/{workspace}/{name}/hold', fields: TARGET },
  { message: deployment.LiftHold, method: 'POST', path: '/targets/{managed}/{environment}/{workspace}/{name}/hold/lift', fields: TARGET },

  { message: query.ListApplications, method: 'GET', path: '/applications', fields: {} },
  { message: query.ListPlans, method: 'GET', path: '/plans', fields: {} },
  { message: query.ListAdmissions, method: 'GET', path: '/admissions', fields: {} },
  { message: query.ListFreezes, method: 'GET', path: '/freezes', fields: {} },
  { message: query.ListCandidates, method: 'GET', path: '/candidates', fields: {} },
  { message: query.ShowCandidate, method: 'GET', path: '/applications/{workspace}/{name}/candidates/{candidate}', fields: CANDIDATE },
  { message: query.ListReleases, method: 'GET', path: '/releases', fields: {}, numbers: ['limit'] },
  { message: query.ReleaseTimeline, method: 'GET', path: '/releases/{workspace}/{name}/timeline', fields: RELEASE },
  { message: query.EnvironmentMatrix, method: 'GET', path: '/targets', fields: {} },
  { message: query.TargetHistory, method: 'GET', path: '/targets/{managed}/{environment}/{workspace}/{name}/deployments', fields: TARGET },
  { message: query.WaitingList, method: 'GET', path: '/waiting', fields: {} },
  { message: build.ShowBuilder, method: 'GET', path: '/builder', fields: {} },

  { message: query.AuditTrail, method: 'GET', path: '/releases/{workspace}/{name}/audit', fields: RELEASE },
  { message: query.AuditLog, method: 'GET', path: '/audit/log', fields: {}, numbers: ['limit'] },
  { message: query.AuditState, method: 'GET', path: '/audit/state', fields: {} },
];

/** `RebuildViews` has a subject for each service that keeps read models. */
export const REBUILD_PATH = '/services/{service}/views/rebuilds';

const BY_MESSAGE = new Map(ROUTES.map((route) => [route.message, route]));

export function routeOf(message: MessageClass): Route {
  const route = BY_MESSAGE.get(message);
  if (!route) throw new TypeError(`${message.name} is not in the map of routes`);
  return route;
}

/** The path, query string and body with which a message is asked: what a client sends. */
export function requestFor({ method, path, fields }: Route, message: Readonly<Record<string, unknown>>): { readonly path: string; readonly body?: object } {
  const parameters = Object.fromEntries(
    Object.entries(fields).flatMap(([field, names]) => {
      const values = String(message[field]).split('/');
      return names.map((name, index) => [name, values[index] ?? '']);
    }),
  );
  const filled = filledIn(path, parameters);
  const rest = Object.entries(message).filter(([field, value]) => !(field in fields) && value !== undefined);
  if (method !== 'GET') return { path: filled, body: Object.fromEntries(rest) };
  const query = new URLSearchParams(rest.map(([field, value]): [string, string] => [field, String(value)])).toString();
  return { path: query ? `${filled}?${query}` : filled };
}

/** A path with its parameters in place. */
export const filledIn = (path: string, parameters: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(parameters[name] ?? ''));

/**
 * The fields of a message, from the parameters of its path and the rest of the request.
 * @returns undefined when the request says something in two places
 */
export function fieldsFrom({ fields, numbers = [] }: Route, parameters: Readonly<Record<string, string>>, rest: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  if (Object.keys(fields).some((field) => Object.hasOwn(rest, field))) return undefined;
  const named = Object.entries(fields).map(([field, names]) => [field, names.map((name) => parameters[name]).join('/')]);
  const others = Object.entries(rest).map(([field, value]) => [field, numbers.includes(field) ? numberOr(value) : value]);
  return Object.fromEntries([...named, ...others]) as Record<string, unknown>;
}

/** What is no number stays as it is, for the message's class to refuse. */
const numberOr = (value: unknown): unknown => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value);
