import { SlipwayError } from '@slipway/kernel';
import type { GitResult } from './git.js';
import { withoutCredentials } from './repository-url.js';

const UNREACHABLE = [
  /could not read from remote repository/i,
  /unable to access/i,
  /does not appear to be a git repository/i,
  /repository .*(not found|does not exist)/i,
  /could not (resolve host|read username|read password)/i,
  /authentication failed/i,
  /connection (refused|reset|closed|timed out)/i,
  /remote end hung up/i,
  /early eof/i,
  /transport '.*' not allowed/i,
  /is not a git command/i, // `remote-foo` for a URL of an unknown kind
];

/** REPOSITORY_UNREACHABLE when git says that the other side did not answer, else GIT_FAILED. */
export function gitFailure(args: readonly string[], result: GitResult, remoteUrl: string): SlipwayError {
  const said = tailOf(result.stderr) || tailOf(result.stdout) || `exit code ${result.code}`;
  if (UNREACHABLE.some((pattern) => pattern.test(result.stderr))) return unreachable(remoteUrl, said);
  return new SlipwayError('GIT_FAILED', withoutCredentials(`git ${args[0]}: ${said}`));
}

export function unreachable(remoteUrl: string, why: string): SlipwayError {
  return new SlipwayError('REPOSITORY_UNREACHABLE', withoutCredentials(`${remoteUrl}: ${why}`));
}

/** What git adds to every failure of this kind; it hides the line that says why. */
const BOILERPLATE = /^(hint:|Please make sure you have the correct access rights|and the repository exists\.)/;

/** The last lines that carry a meaning, in one line. */
export function tailOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !BOILERPLATE.test(line)).slice(-6).join('; ').slice(-1_000);
}
