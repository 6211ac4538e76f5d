import { signerFor, type SigningKey } from '@slipway/identity';
import { type CommandAnswer, type QueryAnswer, SlipwayError, validated } from '@slipway/kernel';
import { type Bus, fieldsFrom, type RebuildOutcome, type Route } from '@slipway/messaging';
import type { Logger } from '@slipway/service-kit';
import { callerOf, type Request, type Response } from './caller.js';
import { idsFrom } from './call-headers.js';
import { jsonBody } from './json-body.js';

const ANSWER_SECONDS = 10;
const REBUILD_SECONDS = 600;

/** Carries requests to the services, with an assertion of who asks, and their answers back. It decides nothing. */
export class Forwarder {
  constructor(
    private readonly bus: Bus,
    private readonly key: () => SigningKey,
    private readonly logger: Logger,
  ) {}

  /** @throws SlipwayError what the request is refused with, here or by the service */
  async forward(route: Route, request: Request, response: Response): Promise<CommandAnswer | QueryAnswer<unknown>> {
    const isQuery = route.method === 'GET';
    const fields = fieldsFrom(route, request.params, isQuery ? { ...request.query } : await jsonBody(request));
    if (!fields) throw new SlipwayError('INVALID_COMMAND', `${Object.keys(route.fields).join(' and ')} come from the path, and from nowhere else`);
    validated(route.message, fields);
    const options = this.options(request, response, route.answerSeconds ?? ANSWER_SECONDS);
    const answer = await this.answered<CommandAnswer | QueryAnswer<unknown>>(isQuery ? this.bus.query(route.message, fields, options) : this.bus.command(route.message, fields, options));
    if (answer.position !== null) response.setHeader('Slipway-Position', answer.position);
    return answer;
  }

  async rebuild(service: string, request: Request, response: Response): Promise<RebuildOutcome> {
    return this.answered(this.bus.rebuildViews(service, this.options(request, response, REBUILD_SECONDS)));
  }

  private options(request: Request, response: Response, seconds: number) {
    const { sub, emails, grants } = callerOf(request);
    const ids = idsFrom(request.headers, sub);
    response.setHeader('X-Correlation-Id', ids.correlationId);
    return { ...ids, signer: signerFor(this.key(), { sub, ...(emails && { emails }), grants }), timeoutMs: seconds * 1_000 };
  }

  /** What the bus itself could not do is told without its inner names. A service's own words pass as they are. */
  private async answered<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.cause === undefined) throw error;
      this.logger.warn({ err: error }, 'the bus gave no answer');
      if (error.code === 'TIMED_OUT') throw new SlipwayError('TIMED_OUT', 'no answer in time; the outcome of a command is unknown: repeat it with the same Idempotency-Key to learn it');
      throw new SlipwayError('UNAVAILABLE', 'the service does not answer; it may be starting: try again');
    }
  }
}
