import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import type { RecordedEvent } from '@slipway/event-store';
import { type Action, type Claims, EVERYWHERE, type Grants, mayDo, rolesFor } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import { HEADERS } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';

/** Who asks, under which id, and when it was accepted. */
export interface Call {
  /** UUID. */
  readonly commandId: string;
  /** `kind:id`: a person or machine that the gateway vouches for, or the service itself. */
  readonly actor: string;
  /** What the actor may do. A service has none: what it does by itself is its own. */
  readonly grants: Grants;
  /** The person's e-mail addresses. */
  readonly emails?: readonly string[];
  /** Because of whom a service acts by itself. */
  readonly onBehalfOf?: string;
  readonly correlationId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly traceparent?: string;
}

const calls = new WeakMap<MsgHdrs, Call>();

/** The call that a message's headers stand for, once it was attested. */
export const callOf = (head: MsgHdrs | undefined): Call | undefined => head && calls.get(head);

/** Keeps what was attested: from here on, the headers stand for this call. */
export function attest(head: MsgHdrs, { sub, emails, grants, cid }: Claims, at: Date): Call {
  const traceparent = head.get(HEADERS.traceparent);
  const call: Call = {
    commandId: cid.toLowerCase(),
    actor: sub,
    grants,
    ...(emails && { emails }),
    correlationId: head.get(HEADERS.correlationId) || cid,
    at: at.toISOString(),
    ...(traceparent && { traceparent }),
  };
  calls.set(head, call);
  return call;
}

/** Why a service acts by itself: the chain that it carries on, and who began it. */
export type Cause = Pick<Call, 'correlationId' | 'traceparent'> & { readonly onBehalfOf: string };

/** What follows from an event is done on behalf of whoever caused it, however many services stand between. */
export function causeOf({ metadata: { $correlationId: correlationId, actor, onBehalfOf = actor, traceparent } }: Pick<RecordedEvent, 'metadata'>): Cause {
  return { correlationId, onBehalfOf, ...(traceparent && { traceparent }) };
}

/** The call of a service that acts by itself, now. */
export const ownCall = (service: string, { correlationId, onBehalfOf, traceparent }: Cause, commandId: string = randomUUID()): Call => ({
  commandId,
  actor: `service:${service}`,
  grants: {},
  onBehalfOf,
  correlationId,
  at: new Date().toISOString(),
  ...(traceparent && { traceparent }),
});

/** @throws SlipwayError NOT_ALLOWED unless the caller may do this in one of the workspaces; it says which roles would do. */
export function demand({ actor, grants }: Pick<Call, 'actor' | 'grants'>, action: Action, ...workspaces: readonly string[]): void {
  if (workspaces.some((workspace) => mayDo(grants, action, workspace))) return;
  throw notAllowed(actor, action, [...new Set(workspaces)].join(' or '));
}

export function notAllowed(actor: string, action: Action, where: string): SlipwayError {
  const roles = rolesFor(action).join(', ');
  return new SlipwayError('NOT_ALLOWED', `${actor} may not do ${action} in ${where === EVERYWHERE ? 'all workspaces (*)' : where}; one of these roles there would do: ${roles}`, [{ code: 'ROLE_MISSING', message: roles, at: where }]);
}

/** Parameter of a handler: the call that it came with. */
export const CurrentCall = createParamDecorator((_data: unknown, context: ExecutionContext): Call => {
  const call = callOf(context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined);
  if (!call) throw new TypeError('a handler must be declared by OnCommand or OnQuery, which attest its calls');
  return call;
});
