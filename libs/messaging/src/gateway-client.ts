import { type CommandAnswer, fromProblem, type Problem, type Query, type QueryAnswer, SlipwayError } from '@slipway/kernel';
import type { AnswerOf, CallOptions, Fields } from './bus.js';
import type { RebuildOutcome } from './platform.commands.js';
import { filledIn, REBUILD_PATH, requestFor, routeOf } from './routes.js';

/** Where the gateway is, and who asks. */
export interface GatewayAddress {
  /** `https://slipway.example.org` */
  readonly url: string;
  readonly token: string;
  /** Where the token came from, as people set it: told where the gateway does not take it. */
  readonly tokenFrom?: string;
}

/** The token says who asks, and the gateway vouches for them. */
type RequestOptions = Pick<CallOptions, 'commandId' | 'correlationId' | 'timeoutMs'>;

/** Commands and queries over HTTP, and what only the gateway answers. */
export interface GatewayClient {
  /** Asks for a command. The answer comes after its facts are durable. @throws SlipwayError as the gateway answers */
  command<C extends object>(type: new () => C, fields: Fields<C>, options?: RequestOptions): Promise<CommandAnswer>;
  query<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>, options?: RequestOptions): Promise<QueryAnswer<AnswerOf<Q>>>;
  rebuildViews(service: string, options?: RequestOptions): Promise<RebuildOutcome>;
  /** @param path after `/v1`. @throws SlipwayError as the gateway answers */
  ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T>;
}

const ANSWER_MS = 10_000;
const REBUILD_MS = 600_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Repeat a command whose outcome is unknown under the same `commandId`: it gets its first answer. */
export function connectGateway({ url, token, tokenFrom }: GatewayAddress): GatewayClient {
  const asked = (method: Method, path: string, body?: object, options: RequestOptions = {}): Promise<unknown> =>
    ask(`${url}/v1${path}`, method, token, body, options).catch((error: unknown) => {
      throw tokenFrom !== undefined && error instanceof SlipwayError && error.code === 'NOT_SIGNED_IN'
        ? new SlipwayError('NOT_SIGNED_IN', `${error.message} (the token came from ${tokenFrom})`, error.reasons, { cause: error })
        : error;
    });
  return {
    command: async <C extends object>(type: new () => C, fields: Fields<C>, options?: RequestOptions) => {
      const route = routeOf(type);
      const { path, body } = requestFor(route, fields);
      return (await asked(route.method, path, body, options)) as CommandAnswer;
    },
    query: async <A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>, options?: RequestOptions) =>
      (await asked('GET', requestFor(routeOf(type), fields).path, undefined, options)) as QueryAnswer<AnswerOf<Q>>,
    rebuildViews: async (service, options) => (await asked('POST', filledIn(REBUILD_PATH, { service }), {}, { timeoutMs: REBUILD_MS, ...options })) as RebuildOutcome,
    ask: async <T>(method: Method, path: string, body?: object) => (await asked(method, path, body)) as T,
  };
}

async function ask(url: string, method: Method, token: string, body: object | undefined, { commandId, correlationId, timeoutMs = ANSWER_MS }: RequestOptions): Promise<unknown> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
    ...(commandId && { 'idempotency-key': commandId }),
    ...(correlationId && { 'x-correlation-id': correlationId }),
  };
  try {
    const answer = await fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs), ...(body && { body: JSON.stringify(body) }) });
    const content = await answer.text();
    if (answer.ok) return JSON.parse(content) as unknown;
    throw refusalIn(answer, content);
  } catch (error) {
    throw error instanceof SlipwayError ? error : unanswered(new URL(url).origin, method, timeoutMs, error);
  }
}

function refusalIn(answer: Response, content: string): SlipwayError {
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  return isProblem ? fromProblem(JSON.parse(content) as Problem) : new SlipwayError('UNAVAILABLE', `${answer.url} answered ${answer.status} without a reason; is that a gateway of Slipway?`);
}

function unanswered(url: string, method: Method, timeoutMs: number, cause: unknown): SlipwayError {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    const way = method === 'GET' ? 'try again' : 'the outcome is unknown: repeat with the same command id to learn it';
    return new SlipwayError('TIMED_OUT', `no answer from ${url} within ${timeoutMs / 1_000} s; ${way}`, [], { cause });
  }
  const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause instanceof Error ? cause.message : String(cause);
  return new SlipwayError('UNAVAILABLE', `no gateway answers at ${url}; is the platform up? (${why})`, [], { cause });
}
