import { randomBytes } from 'node:crypto';

/** Where the passwords of the identities' users are kept. */
export interface Passwords {
  get(identity: string): string | undefined;
  keep(identity: string, password: string): void;
}

export const newPassword = (): string => randomBytes(24).toString('base64url');
