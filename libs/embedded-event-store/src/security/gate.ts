import type { AccessRules } from './access-rules.js';
import type { Authenticator } from './authenticator.js';
import { accessDenied } from '../protocol/errors.js';
import type { CallError } from '../transport/call-error.js';
import { ADMINS, OPS, type Action, type User } from './may-do.js';
import type { Call } from '../transport/call.js';
import type { Service } from '../transport/grpc-server.js';
import type { Refusal } from './refusal.js';
import type { Users } from './users.js';

/** Whoever makes a call, and what that one may do at this moment. */
export interface Caller {
  /** Undefined without credentials. */
  readonly name: string | undefined;
  /** `stream` is `$all` for all events. */
  may(action: Action, stream: string): boolean;
  /** May look after the server: a member of $admins or $ops. */
  readonly operator: boolean;
  /** A member of $admins. */
  readonly administrator: boolean;
  /** The error for something that this caller may not do. The refusal is told to the server's owner: call it once for each. */
  denied(operation: string, stream?: string): CallError;
}

/** Every caller of a server without users. */
export const ANYBODY: Caller = { name: undefined, may: () => true, operator: true, administrator: true, denied: denial };

const NOBODY: User = { name: undefined, groups: [] };

/** Throws PERMISSION_DENIED. */
export function demand(caller: Caller, action: Action, stream: string): void {
  if (!caller.may(action, stream)) throw caller.denied(action, stream);
}

/** Throws PERMISSION_DENIED for what needs a member of $admins or $ops. */
export function demandOperator(caller: Caller, operation: string): void {
  if (!caller.operator) throw caller.denied(operation);
}

function denial(operation: string, stream?: string): CallError {
  return accessDenied(stream === undefined ? operation : `${operation} of ${stream}`);
}

/** What the gate needs to know callers; without it everybody is let through with all rights. */
export interface GateSecurity {
  readonly users: Users;
  readonly authenticator: Authenticator;
  readonly rules: AccessRules;
  /** Calls without credentials have the rights of `$all`; otherwise they are refused. */
  readonly allowAnonymous: boolean;
  readonly refused: (refusal: Refusal) => void;
}

/** Handlers that need to know who calls, by path. */
export type GuardedService = Readonly<Record<string, (call: Call, caller: Caller) => unknown>>;

/** Stands in front of the services: a guarded handler runs for known callers only. */
export class Gate {
  constructor(private readonly security?: GateSecurity) {}

  /** For what everybody may ask: it takes no credentials, but wrong ones are refused. */
  welcome(service: Service): Service {
    const open = Object.entries(service).map(([path, handler]) =>
      [path, (call: Call) => (call.headers.authorization === undefined ? handler(call) : this.enter(call, handler))] as const);
    return Object.fromEntries(open);
  }

  guard(service: GuardedService): Service {
    const guarded = Object.entries(service).map(([path, handler]) => [path, (call: Call) => this.enter(call, handler)] as const);
    return Object.fromEntries(guarded);
  }

  /** Whoever has these credentials, a header's value. Throws or rejects with UNAUTHENTICATED, or without any with PERMISSION_DENIED. */
  identify(authorization: string | undefined): Caller | Promise<Caller> {
    if (this.security === undefined) return ANYBODY;
    const { authenticator, allowAnonymous } = this.security;
    if (authorization === undefined) {
      if (!allowAnonymous) throw accessDenied('the call needs credentials');
      return this.callerNamed(undefined);
    }
    const name = authenticator.identify(authorization);
    return typeof name === 'string' ? this.callerNamed(name) : name.then((known) => this.callerNamed(known));
  }

  private enter(call: Call, handler: GuardedService[string]): unknown {
    const caller = this.identify(call.headers.authorization);
    // No turn of the event loop is lost for credentials that are known already.
    return caller instanceof Promise ? caller.then((known) => handler(call, known)) : handler(call, caller);
  }

  /** Looks the user up each time: calls can last for days, and a removed user must lose its rights at once. */
  private callerNamed(name: string | undefined): Caller {
    const { users, rules, refused } = this.security!;
    const user = (): User | undefined => (name === undefined ? NOBODY : users.find(name));
    const inGroup = (...wanted: string[]): boolean => user()?.groups.some((group) => wanted.includes(group)) ?? false;
    return {
      name,
      may(action, stream) {
        const current = user();
        return current !== undefined && rules.mayDo(current, action, stream);
      },
      get operator() {
        return inGroup(ADMINS, OPS);
      },
      get administrator() {
        return inGroup(ADMINS);
      },
      denied(operation, stream) {
        refused({ user: name, operation, stream });
        return denial(operation, stream);
      },
    };
  }
}
