import { ADMINS, OPS } from './may-do.js';

/** What a user cannot be made to be. `code` tells the kinds apart for whoever has to choose an exit code or a status. */
export class UserError extends Error {
  constructor(
    readonly code: 'invalid' | 'not-found' | 'conflict',
    message: string,
  ) {
    super(message);
  }
}

const LONGEST_NAME = 255;
const SHORTEST_PASSWORD = 8;

/** ACLs hold users and groups side by side, so that neither may take a name that means something else there. */
export function checkUserName(name: string): void {
  if (name === '' || name.length > LONGEST_NAME || /[:\s\u0000-\u001f\u007f]/.test(name) || name.startsWith('$')) {
    throw new UserError('invalid', 'a user name is 1 to 255 characters without blanks and colons, and does not begin with $');
  }
}

export function checkGroups(groups: readonly string[]): void {
  for (const group of groups) {
    if (group === ADMINS || group === OPS) continue;
    if (group === '' || group.length > LONGEST_NAME || /[\s,]/.test(group) || group.startsWith('$')) {
      throw new UserError('invalid', `a group is $admins, $ops, or a name without blanks and commas that does not begin with $; not "${group}"`);
    }
  }
}

export function checkPassword(password: string): void {
  if (password.length < SHORTEST_PASSWORD) throw new UserError('invalid', `a password has at least ${SHORTEST_PASSWORD} characters`);
}
