import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { claimedSubject } from '@slipway/identity';
import { codeOf, type CommandAnswer, ERRORS, SlipwayError } from '@slipway/kernel';
import { HEADERS } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';
import type { Logger } from 'pino';
import { type Observable, tap } from 'rxjs';
import { callOf } from './call.js';
import { LOGGER } from './tokens.js';

/** One line for the outcome of each command, and for each query that is refused: who, what, and the code. No payload: it may be anything. */
@Injectable()
export class CommandLog implements NestInterceptor {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const nats = context.switchToRpc().getContext<NatsContext>();
    const head = nats.getHeaders() as MsgHdrs | undefined;
    const started = performance.now();
    const line = (): object => ({ subject: nats.getSubject(), ...who(head), milliseconds: Math.round(performance.now() - started) });
    return next.handle().pipe(
      tap({
        next: (answer: unknown) => {
          if (isCommandAnswer(answer)) this.logger.info({ ...line(), stream: answer.stream, revision: answer.revision, events: answer.events.map((event) => event.type) }, 'command done');
        },
        error: (error: unknown) => {
          const code = codeOf(error);
          const what = nats.getSubject().includes('.query.') ? 'query' : 'command';
          if (ERRORS[code].status >= 500) this.logger.error({ ...line(), code, err: error }, `${what} not done`);
          else this.logger.info({ ...line(), code, reasons: reasonsOf(error) }, `${what} refused`);
        },
      }),
    );
  }
}

/** A message that nobody vouches for has no call; who it says that it is from is logged as that and no more. */
function who(head: MsgHdrs | undefined): object {
  const call = callOf(head);
  if (call) return { actor: call.actor, commandId: call.commandId, correlationId: call.correlationId };
  return { claimedActor: claimedSubject(head?.get(HEADERS.assertion)), commandId: head?.get(HEADERS.commandId) };
}

const reasonsOf = (error: unknown): string[] | undefined => (error instanceof SlipwayError && error.reasons.length > 0 ? error.reasons.map(({ code }) => code) : undefined);

const isCommandAnswer = (answer: unknown): answer is CommandAnswer => typeof answer === 'object' && answer !== null && 'stream' in answer && 'events' in answer;
