import { longestDeploymentSeconds, type Step } from './step.js';

/** What hashing the artifacts and recording the steps may take beside the steps, in seconds. */
const LEASE_GRACE_SECONDS = 60;

/** Until when a deployment that starts at `at` (ISO 8601) belongs to its worker. There is no renewal: steps have time limits. */
export function leaseUntil(steps: readonly Step[], at: string): string {
  return new Date(Date.parse(at) + (longestDeploymentSeconds(steps) + LEASE_GRACE_SECONDS) * 1_000).toISOString();
}
