import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { NatsContext } from '@nestjs/microservices';
import { codeOf, type CommandAnswer, ERRORS } from '@slipway/kernel';
import { HEADERS } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';
import type { Logger } from 'pino';
import { type Observable, tap } from 'rxjs';
import { callOf } from './call.js';
import { LOGGER } from './tokens.js';

/** One line for the outcome of each command. No payload: it may be anything. */
@Injectable()
export class CommandLog implements NestInterceptor {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  intercept(context: ExecutionContext, next: CallHandler<CommandAnswer>): Observable<CommandAnswer> {
    const nats = context.switchToRpc().getContext<NatsContext>();
    const head = nats.getHeaders() as MsgHdrs | undefined;
    const started = performance.now();
    const line = (): object => ({ subject: nats.getSubject(), ...who(head), milliseconds: Math.round(performance.now() - started) });
    return next.handle().pipe(
      tap({
        next: (answer) =>
          this.logger.info({ ...line(), stream: answer.stream, revision: answer.revision, events: answer.events.map((event) => event.type) }, 'command done'),
        error: (error: unknown) => {
          const code = codeOf(error);
          if (ERRORS[code].status >= 500) this.logger.error({ ...line(), code, err: error }, 'command not done');
          else this.logger.info({ ...line(), code }, 'command refused');
        },
      }),
    );
  }
}

/** A command without a valid actor has no call; what its headers hold is logged instead. */
function who(head: MsgHdrs | undefined): object {
  try {
    const { commandId, correlationId, actor } = callOf(head);
    return { actor, commandId, correlationId };
  } catch {
    return { actor: head?.get(HEADERS.actor), commandId: head?.get(HEADERS.commandId) };
  }
}
