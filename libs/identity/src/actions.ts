import * as admission from '@slipway/admission/contract';
import * as build from '@slipway/build/contract';
import * as deployment from '@slipway/deployment/contract';
import { type COMMANDS, type MessageClass, type QUERIES, RebuildViews, type ServiceName } from '@slipway/messaging';
import * as planning from '@slipway/planning/contract';
import * as query from '@slipway/query/contract';
import { type Role, ROLES } from './roles.js';

/** A field of the message that names an object, and so its workspace: the first part of the name. */
export type ObjectField = 'application' | 'plan' | 'release' | 'admission' | 'freeze' | 'exception' | 'target';

/**
 * What an action is done to. `review`: the managed workspace of a release's review, which the service's state knows.
 * `rows`: whatever there is; the answer holds only the workspaces that the caller reads. `public`: what is no workspace's,
 * and told to whoever has a role in one. `platform`: Slipway itself.
 */
export type ActionObject = ObjectField | 'review' | 'rows' | 'public' | 'platform';

export interface ActionRule {
  /** `noun.verb`. */
  readonly action: string;
  readonly on: ActionObject;
  /** Each of these does. */
  readonly roles: readonly Role[];
  /** A second object that the message names: the right is needed in its workspace as well. */
  readonly also?: ObjectField;
  /** A release, or an application, is seen by its own workspace and by the managed workspaces that it goes to. */
  readonly eitherSide?: true;
}

type RuleOf<C> = ActionRule & { readonly message: C };

/** One rule for each class of the bus's map, in its order: a class without a rule does not compile. */
type RulesFor<Classes extends readonly MessageClass[]> = { readonly [I in keyof Classes]: RuleOf<Classes[I]> };
/** A service's commands, then its queries. */
type ClassesOf<S> = readonly [...(S extends keyof typeof COMMANDS ? (typeof COMMANDS)[S] : []), ...(S extends keyof typeof QUERIES ? (typeof QUERIES)[S] : [])];
type Table = { readonly [S in ServiceName]: RulesFor<ClassesOf<S>> };

/** Every role of a workspace reads it. */
const READERS = ROLES;

/** The table of actions: who may do what, for each command and query of the bus. */
const TABLE = {
  planning: [
    { message: planning.RegisterApplication, action: 'application.register', on: 'application', roles: ['developer'] },
    { message: planning.WriteReleasePlan, action: 'plan.write', on: 'plan', also: 'application', roles: ['developer', 'releaser'] },
    { message: planning.CutCandidate, action: 'candidate.cut', on: 'application', roles: ['developer', 'releaser'] },
    { message: planning.CherryPick, action: 'candidate.cherry-pick', on: 'application', roles: ['developer', 'releaser'] },
    { message: planning.RequestRelease, action: 'release.request', on: 'plan', roles: ['releaser'] },
    { message: planning.CancelRelease, action: 'release.cancel', on: 'release', roles: ['releaser'] },
  ],
  admission: [
    { message: admission.WriteReleasePlanAdmission, action: 'admission.write', on: 'admission', roles: ['policy-author'] },
    { message: admission.ApproveRelease, action: 'review.approve', on: 'review', roles: ['approver'] },
    { message: admission.RejectRelease, action: 'review.reject', on: 'review', roles: ['approver'] },
    { message: admission.PromoteRelease, action: 'review.promote', on: 'review', roles: ['operator'] },
    { message: admission.DeclareFreeze, action: 'freeze.declare', on: 'freeze', roles: ['operator', 'policy-author'] },
    { message: admission.LiftFreeze, action: 'freeze.lift', on: 'freeze', roles: ['operator', 'policy-author'] },
    { message: admission.GrantException, action: 'exception.grant', on: 'exception', roles: ['policy-author'] },
    { message: admission.RevokeException, action: 'exception.revoke', on: 'exception', roles: ['policy-author'] },
  ],
  build: [
    { message: build.RequestBuild, action: 'build.request', on: 'application', roles: ['developer'] },
    { message: build.ShowBuilder, action: 'builder.show', on: 'public', roles: READERS },
  ],
  deployment: [
    { message: deployment.RollBack, action: 'target.roll-back', on: 'target', roles: ['operator'] },
    { message: deployment.PlaceHold, action: 'hold.place', on: 'target', roles: ['operator'] },
    { message: deployment.LiftHold, action: 'hold.lift', on: 'target', roles: ['operator'] },
  ],
  query: [
    { message: query.ListApplications, action: 'application.list', on: 'rows', roles: READERS },
    { message: query.ListPlans, action: 'plan.list', on: 'rows', roles: READERS },
    { message: query.ListAdmissions, action: 'admission.list', on: 'rows', roles: READERS },
    { message: query.ListFreezes, action: 'freeze.list', on: 'rows', roles: READERS },
    { message: query.ListCandidates, action: 'candidate.list', on: 'rows', roles: READERS },
    { message: query.ShowCandidate, action: 'candidate.show', on: 'application', eitherSide: true, roles: READERS },
    { message: query.ListReleases, action: 'release.list', on: 'rows', roles: READERS },
    { message: query.ReleaseTimeline, action: 'release.show', on: 'release', eitherSide: true, roles: READERS },
    { message: query.EnvironmentMatrix, action: 'environment.list', on: 'rows', roles: READERS },
    { message: query.TargetHistory, action: 'target.show', on: 'target', eitherSide: true, roles: READERS },
    { message: query.WaitingList, action: 'waiting.list', on: 'rows', roles: READERS },
  ],
  audit: [
    { message: query.AuditTrail, action: 'evidence.read', on: 'release', eitherSide: true, roles: ['auditor'] },
    { message: query.AuditLog, action: 'evidence.read-all', on: 'platform', roles: ['auditor'] },
    { message: query.AuditState, action: 'evidence.state', on: 'platform', roles: ['auditor'] },
  ],
} as const satisfies Table;

/** What is not asked by a class of the map. */
const OTHERS = [
  { message: RebuildViews, action: 'views.rebuild', on: 'platform', roles: ['administrator'] },
  { message: undefined, action: 'tokens.manage', on: 'platform', roles: ['administrator'] },
] as const satisfies readonly (ActionRule & { message: MessageClass | undefined })[];

export type Action = (typeof TABLE)[keyof typeof TABLE][number]['action'] | (typeof OTHERS)[number]['action'];

/** A rule of the table, with the message that it is for. ManageTokens is asked of the gateway alone, and has none. */
export interface TableRule extends ActionRule {
  readonly action: Action;
  readonly message: MessageClass | undefined;
}

/** All rules, in the order of the table. */
export const ACTIONS: readonly TableRule[] = [...Object.values(TABLE).flat(), ...OTHERS];

const BY_MESSAGE = new Map(ACTIONS.map((rule) => [rule.message, rule]));
const BY_ACTION = new Map(ACTIONS.map((rule) => [rule.action, rule]));

/** The rule of a command or query. */
export function ruleOf(message: MessageClass): TableRule {
  const rule = BY_MESSAGE.get(message);
  if (!rule) throw new TypeError(`${message.name} is not in the table of actions`);
  return rule;
}

export const ruleFor = (action: Action): TableRule => BY_ACTION.get(action)!;

export const isAction = (text: string): text is Action => BY_ACTION.has(text as Action);
