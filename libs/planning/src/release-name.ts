import { splitName } from '@slipway/kernel';

const LONGEST_NAME = 63;
const LONGEST_CANDIDATE = 40;

/**
 * `workspace/application-candidate-token`. Names have at most 63 characters, so what is too long is shortened:
 * the token alone makes the name unique.
 */
export function releaseName(application: string, candidate: string, token: string): string {
  const { workspace, name } = splitName(application);
  const tail = `-${candidate.slice(0, LONGEST_CANDIDATE)}-${token}`;
  return `${workspace}/${name.slice(0, LONGEST_NAME - tail.length)}${tail}`;
}
