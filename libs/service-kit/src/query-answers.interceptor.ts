import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Query, QueryAnswer } from '@slipway/kernel';
import type { Received } from '@slipway/messaging';
import { from, map, type Observable, switchMap } from 'rxjs';
import { admitted } from './attested.interceptor.js';
import { Views } from './views.js';

/** Waits until the views reflect `after`, and says with each answer which position it reflects at least. */
@Injectable()
export class QueryAnswers implements NestInterceptor {
  constructor(private readonly views: Views) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<QueryAnswer<unknown>> {
    const { after } = admitted(context.switchToRpc().getData<Received>()) as Query<unknown>;
    const reached = after === undefined ? Promise.resolve() : this.views.waitFor(after);
    return from(reached).pipe(
      switchMap(() => {
        const position = this.views.position ?? null;
        return next.handle().pipe(map((data: unknown) => ({ position, data })));
      }),
    );
  }
}
