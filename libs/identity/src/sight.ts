import { sidesOf, workspaceOf, workspacesFor } from './rights.js';
import { EVERYWHERE, type Grants } from './roles.js';

/**
 * The workspaces on either side of what a row is about. A tenant's objects have the managed workspaces on their other side that its plans
 * name: `targets`, which the object's name does not tell.
 */
export const SIDES = {
  application: (application: string, targets: readonly string[]): string[] => [workspaceOf(application), ...targets],
  plan: (plan: string, target: string): string[] => [workspaceOf(plan), target],
  admission: (admission: string, origin: string): string[] => [workspaceOf(admission), origin],
  freeze: (freeze: string): string[] => [workspaceOf(freeze)],
  release: (release: string, targets: readonly string[]): string[] => [workspaceOf(release), ...targets],
  target: (target: string): string[] => Object.values(sidesOf(target)),
} as const;

/**
 * Whether a caller sees a row, by its sides: each workspace sees its own objects; a managed workspace also what is on its way to it, and
 * a tenant what becomes of its own in the managed workspaces. Never another tenant.
 */
export function sightOf(grants: Grants): (sides: readonly string[]) => boolean {
  const reads = workspacesFor(grants, 'release.list');
  if (reads === EVERYWHERE) return () => true;
  const mine = new Set(reads);
  return (sides) => sides.some((workspace) => mine.has(workspace));
}

/** Of values that are private in managed workspaces, those that a caller is not told: where that one reads nothing. */
export function hiddenFrom<V extends { readonly workspace: string }>(grants: Grants, values: readonly V[]): V[] {
  const sees = sightOf(grants);
  return values.filter(({ workspace }) => !sees([workspace]));
}
