import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, HttpStatus } from '@nestjs/common';
import { SlipwayError, toProblem } from '@slipway/kernel';
import type { Logger } from '@slipway/service-kit';
import { knownCaller, type Request, type Response } from './caller.js';

/** Every error leaves as problem+json. The cause of our own faults goes to the log only. */
@Catch()
export class HttpProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const error = known(thrown);
    const problem = toProblem(error);
    if (!(error instanceof SlipwayError)) this.logger.error({ err: error, correlationId: response.getHeader('X-Correlation-Id'), method: request.method, path: request.path }, 'unexpected error');
    else if (problem.status === 401 || problem.status === 403) this.logger.warn({ code: problem.code, detail: problem.detail, sub: knownCaller(request)?.sub, address: request.ip, method: request.method, path: request.path }, 'refused');
    if (response.headersSent) return void response.destroy();
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="slipway"');
    // The rest of a body that was not read must not be taken for the next request.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.statusCode = problem.status;
    response.setHeader('Content-Type', 'application/problem+json');
    response.end(JSON.stringify(problem));
  }
}

/** Nest's and Express' own refusals, in our words. */
function known(thrown: unknown): unknown {
  if (thrown instanceof HttpException && thrown.getStatus() === Number(HttpStatus.NOT_FOUND)) return new SlipwayError('ROUTE_NOT_FOUND', 'there is nothing at this path with this method');
  if (thrown instanceof URIError || (thrown instanceof Error && 'status' in thrown && thrown.status === 400)) return new SlipwayError('MALFORMED_MESSAGE', 'the path is not well formed');
  return thrown;
}
