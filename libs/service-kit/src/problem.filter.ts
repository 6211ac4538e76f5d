import { Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { SlipwayError, toProblem } from '@slipway/kernel';
import type { Logger } from 'pino';
import { type Observable, throwError } from 'rxjs';
import { LOGGER } from './tokens.js';

/** Every error leaves as a problem. The cause of our own faults goes to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown): Observable<never> {
    if (!(error instanceof SlipwayError)) this.logger.error({ err: error }, 'unexpected error');
    return throwError(() => toProblem(error));
  }
}
