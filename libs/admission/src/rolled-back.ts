import type { TargetEvent } from '@slipway/deployment/contract';

/**
 * Whether a target went back from a release: a rollback was asked for while the release ran there. What was verified
 * once and then taken back must not go on to the next environment. Another release on top of it takes nothing back.
 */
export function wasRolledBack(release: string, target: Iterable<TargetEvent>): boolean {
  let runs: string | null = null;
  let leftBy: string | null = null;
  for (const event of target) {
    switch (event.type) {
      case 'DeploymentSucceeded':
        runs = event.data.release;
        if (runs === release) leftBy = null;
        break;
      case 'RollbackRequested':
        if (runs === release && event.data.release !== release) leftBy = event.data.deployment;
        break;
      case 'RollbackDenied':
        if (event.data.deployment === leftBy) leftBy = null;
        break;
      default:
    }
  }
  return leftBy !== null;
}
