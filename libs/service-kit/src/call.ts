import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { parseActor, SlipwayError } from '@slipway/kernel';
import { HEADERS } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';

/** Who asks, under which id, and when it was accepted. */
export interface Call {
  /** UUID. */
  readonly commandId: string;
  /** `kind:id`. */
  readonly actor: string;
  readonly correlationId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly traceparent?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const calls = new WeakMap<MsgHdrs, Call>();

/** The call that a message's headers stand for; the same one each time it is asked. */
export function callOf(head: MsgHdrs | undefined): Call {
  const known = head && calls.get(head);
  if (known) return known;
  const call = callFrom(head);
  if (head) calls.set(head, call);
  return call;
}

/** The one place that says who acts. Until identities are attested, it believes the caller's header. */
function callFrom(head: MsgHdrs | undefined): Call {
  const actor = head?.get(HEADERS.actor);
  if (!actor) {
    throw new SlipwayError('ACTOR_MISSING', `say who acts: --as kind:id on the command line, header ${HEADERS.actor} on the bus`);
  }
  parseActor(actor);
  const commandId = head?.get(HEADERS.commandId) || randomUUID();
  if (!UUID.test(commandId)) throw new SlipwayError('INVALID_COMMAND', `header ${HEADERS.commandId} must be a UUID`);
  const traceparent = head?.get(HEADERS.traceparent);
  return {
    commandId: commandId.toLowerCase(),
    actor,
    correlationId: head?.get(HEADERS.correlationId) || commandId,
    at: new Date().toISOString(),
    ...(traceparent && { traceparent }),
  };
}

/** Parameter of a command's handler: the call that it came with. */
export const CurrentCall = createParamDecorator((_data: unknown, context: ExecutionContext): Call =>
  callOf(context.switchToRpc().getContext<NatsContext>().getHeaders() as MsgHdrs | undefined),
);
