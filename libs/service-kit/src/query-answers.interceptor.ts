import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { POSITION_FORM, type QueryAnswer } from '@slipway/kernel';
import { from, map, type Observable, switchMap } from 'rxjs';
import { Views } from './views.js';

/** Waits until the views reflect `after`, and says with each answer which position it reflects at least. */
@Injectable()
export class QueryAnswers implements NestInterceptor {
  constructor(private readonly views: Views) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<QueryAnswer<unknown>> {
    const { after } = context.switchToRpc().getData<{ after?: unknown }>();
    const reached = typeof after === 'string' && POSITION_FORM.test(after) ? this.views.waitFor(after) : Promise.resolve();
    return from(reached).pipe(
      switchMap(() => {
        const position = this.views.position ?? null;
        return next.handle().pipe(map((data: unknown) => ({ position, data })));
      }),
    );
  }
}
