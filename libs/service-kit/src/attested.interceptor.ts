import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NatsContext } from '@nestjs/microservices';
import type { MessageClass, Received } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';
import type { Observable } from 'rxjs';
import { Attestation } from './attestation.js';

const MESSAGE = 'slipway:message';

/** Says which class a handler answers. */
export const Answers = (type: MessageClass): MethodDecorator => SetMetadata(MESSAGE, type);

const messages = new WeakMap<Received, object>();

/** The message of the handler's class that was admitted. */
export const admitted = (received: Received): object | undefined => messages.get(received);

/** Lets a message through to its handler once it is clear who sends it, and that they may. */
@Injectable()
export class Attested implements NestInterceptor {
  constructor(
    private readonly attestation: Attestation,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rpc = context.switchToRpc();
    const nats = rpc.getContext<NatsContext>();
    const received = rpc.getData<Received>();
    const type = this.reflector.get<MessageClass>(MESSAGE, context.getHandler());
    messages.set(received, this.attestation.admit(type, nats.getSubject(), nats.getHeaders() as MsgHdrs | undefined, received));
    return next.handle();
  }
}
