import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';

/** Who asks, as the gateway has established it. */
export interface Caller extends Identity {
  readonly signedInBy: 'token' | 'oidc';
  /** ISO 8601: until when. */
  readonly expires: string;
}

/** What Express adds to Node's request, as far as it is used here. */
export interface Request extends IncomingMessage {
  readonly ip?: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
}

export type Response = ServerResponse;
export type Next = (error?: unknown) => void;
export type Middleware = (request: Request, response: Response, next: Next) => void;

const callers = new WeakMap<IncomingMessage, Caller>();

export const rememberCaller = (request: Request, caller: Caller): void => void callers.set(request, caller);

export const knownCaller = (request: Request): Caller | undefined => callers.get(request);

/** @throws SlipwayError NOT_SIGNED_IN */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (!caller) throw notSignedIn('sign in first: send a token as "Authorization: Bearer …" (slipway login)');
  return caller;
}

export const notSignedIn = (text: string): SlipwayError => new SlipwayError('NOT_SIGNED_IN', text);
