import { SlipwayError } from '@slipway/kernel';

const FULL_COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** What git itself forbids in a ref's name (git-check-ref-format), and a hyphen in front, so that none is taken for an option. */
const FORBIDDEN = [/^-/, /^\/|\/$|\/\//, /\.\./, /@\{/, /^@$/, /\.$/, /(^|\/)\./, /\.lock(\/|$)/, /[\x00-\x20\x7f~^:?*[\\]/];

export function isRefName(name: string): boolean {
  return name !== '' && !FORBIDDEN.some((pattern) => pattern.test(name));
}

export function isFullCommit(text: string): boolean {
  return FULL_COMMIT.test(text);
}

/** Throws REF_NOT_FOUND unless it is a full commit id, in lower case. */
export function assertFullCommit(text: string): void {
  if (!isFullCommit(text)) throw new SlipwayError('REF_NOT_FOUND', `${JSON.stringify(text)} is not a full commit id`);
}

/** Throws GIT_PUSH_REFUSED unless it is a full ref name, such as refs/slipway/candidates/1.8.0-rc2. */
export function assertFullRef(ref: string): void {
  if (!ref.startsWith('refs/') || !isRefName(ref)) {
    throw new SlipwayError('GIT_PUSH_REFUSED', `${JSON.stringify(ref)} is not a ref that can be pushed: it must begin with refs/`);
  }
}
