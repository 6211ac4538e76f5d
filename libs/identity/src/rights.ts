import { type Action, type ActionRule, type ObjectField, ruleFor } from './actions.js';
import { EVERYWHERE, type Grants, type Role } from './roles.js';

/** The roles that give an action. */
export const rolesFor = (action: Action): readonly Role[] => ruleFor(action).roles;

/**
 * Whether these grants give the action in a workspace. A role in `*` counts in each; what is done to the platform
 * itself is asked with `*`, and no role of a single workspace gives it.
 */
export function mayDo(grants: Grants, action: Action, workspace: string): boolean {
  const held = [...rolesIn(grants, workspace), ...rolesIn(grants, EVERYWHERE)];
  return rolesFor(action).some((role) => held.includes(role));
}

/** Whether the grants give the action anywhere: enough to ask for rows, of which the answer holds the caller's own. */
export const mayDoAnywhere = (grants: Grants, action: Action): boolean => Object.keys(grants).some((workspace) => mayDo(grants, action, workspace));

/** The workspaces in which the grants give the action: a list, or `*` for all. */
export function workspacesFor(grants: Grants, action: Action): readonly string[] | typeof EVERYWHERE {
  return mayDo(grants, action, EVERYWHERE) ? EVERYWHERE : Object.keys(grants).filter((workspace) => mayDo(grants, action, workspace));
}

/** The workspace that owns an object: the first part of its name. */
export const workspaceOf = (name: string): string => name.split('/', 1)[0]!;

/** The workspaces on either side of a target, `managed/environment/tenant/application`. */
export function sidesOf(target: string): { managed: string; tenant: string } {
  const [managed = '', , tenant = ''] = target.split('/');
  return { managed, tenant };
}

/** The workspaces of the objects that a message names for its rule; the right is needed in each. Empty for review, rows, public and platform. */
export function objectWorkspaces(rule: ActionRule, message: object): readonly string[] {
  if (rule.on === 'review' || rule.on === 'rows' || rule.on === 'public' || rule.on === 'platform') return [];
  return [rule.on, ...(rule.also ? [rule.also] : [])].map((field) => workspaceOf(nameIn(message, field)));
}

/** A message is validated before its rights are asked; one that names nothing belongs to no workspace. */
function nameIn(message: object, field: ObjectField): string {
  const name: unknown = (message as Readonly<Record<string, unknown>>)[field];
  return typeof name === 'string' ? name : '';
}

// Not every key of an object is its own: a workspace may be called "constructor".
const rolesIn = (grants: Grants, workspace: string): readonly Role[] => (Object.hasOwn(grants, workspace) ? grants[workspace]! : []);
