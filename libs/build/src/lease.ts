import { type Component, longestBuildSeconds } from './recipe.js';

/** What fetching, checking out and storing may take beside the recipes, in seconds. */
const LEASE_GRACE_SECONDS = 300;

/** Until when a build that starts at `at` (ISO 8601) belongs to its worker. There is no renewal: recipes have time limits. */
export function leaseUntil(components: readonly Component[], at: string): string {
  return new Date(Date.parse(at) + (longestBuildSeconds(components) + LEASE_GRACE_SECONDS) * 1_000).toISOString();
}
