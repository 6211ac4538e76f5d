import type { Metadata, sendUnaryData, UntypedServiceImplementation } from '@grpc/grpc-js';

import type { AccessRules } from './access-rules.js';
import type { Authenticator } from './authenticator.js';
import { accessDenied, unauthenticated } from '../protocol/errors.js';
import { ADMINS, OPS, type Action, type User } from './may-do.js';
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
}

/** Every caller of a server without users. */
export const ANYBODY: Caller = { name: undefined, may: () => true, operator: true, administrator: true };

const NOBODY: User = { name: undefined, groups: [] };

/** Throws PERMISSION_DENIED. */
export function demand(caller: Caller, action: Action, stream: string): void {
  if (!caller.may(action, stream)) throw accessDenied(`${action} of ${stream}`);
}

/** Throws PERMISSION_DENIED. */
export function demandOperator(caller: Caller): void {
  if (!caller.operator) throw accessDenied(`this needs ${ADMINS} or ${OPS}`);
}

/** What the gate needs to know callers; without it everybody is let through with all rights. */
export interface GateSecurity {
  readonly users: Users;
  readonly authenticator: Authenticator;
  readonly rules: AccessRules;
  /** Calls without credentials have the rights of `$all`; otherwise they are refused. */
  readonly allowAnonymous: boolean;
}

/** The parts of a call, of whatever kind, that the gate uses. */
interface AnyCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  emit(event: 'error', error: Error): unknown;
}

type AnyHandler = (call: AnyCall, callback?: sendUnaryData<unknown>) => void;

/** Stands in front of the services: a guarded handler runs for known callers only, and can ask who calls. */
export class Gate {
  private readonly callers = new WeakMap<object, Caller>();

  constructor(private readonly security?: GateSecurity) {}

  guard(handlers: UntypedServiceImplementation): UntypedServiceImplementation {
    if (this.security === undefined) return handlers;
    const guarded = Object.entries(handlers).map(([name, handler]) => [name, this.guardOne(handler as unknown as AnyHandler)]);
    return Object.fromEntries(guarded) as UntypedServiceImplementation;
  }

  /** Who makes a call. Throws if its handler is not guarded: a forgotten guard must not open a service. */
  callerOf(call: object): Caller {
    if (this.security === undefined) return ANYBODY;
    const caller = this.callers.get(call);
    if (caller === undefined) throw unauthenticated('the call was not authenticated');
    return caller;
  }

  private guardOne(handler: AnyHandler): AnyHandler {
    const guarded: AnyHandler = (call, callback) => {
      const enter = (caller: Caller): void => {
        if (call.cancelled) return;
        this.callers.set(call, caller);
        handler(call, callback);
      };
      const refuse = (error: Error): void => {
        if (callback !== undefined) callback(error);
        else call.emit('error', error);
      };
      try {
        const caller = this.identify(call);
        // No turn of the event loop is lost for credentials that are known already.
        if (caller instanceof Promise) caller.then(enter).catch(refuse);
        else enter(caller);
      } catch (error) {
        refuse(error as Error);
      }
    };
    return guarded;
  }

  private identify(call: AnyCall): Caller | Promise<Caller> {
    const { authenticator, allowAnonymous } = this.security!;
    const header = call.metadata.get('authorization')[0];
    if (header === undefined) {
      if (!allowAnonymous) throw unauthenticated('the call needs credentials');
      return this.callerNamed(undefined);
    }
    const name = authenticator.identify(String(header));
    return typeof name === 'string' ? this.callerNamed(name) : name.then((known) => this.callerNamed(known));
  }

  /** Looks the user up each time: calls can last for days, and a removed user must lose its rights at once. */
  private callerNamed(name: string | undefined): Caller {
    const { users, rules } = this.security!;
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
    };
  }
}
