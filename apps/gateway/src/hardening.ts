import type { Server } from 'node:http';
import { SlipwayError } from '@slipway/kernel';
import rateLimit from 'express-rate-limit';
import helmet from 'helmet';
import { type Middleware, type Next, knownCaller, type Request, type Response } from './caller.js';

const MINUTE_MS = 60_000;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const IDLE_MS = 15_000;
const MAX_HEADERS = 64;
const MAX_CONNECTIONS = 1_000;

/** Nothing that is answered here is a page, so that nothing may be loaded, framed or run. */
export const securityHeaders = (): Middleware =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] } },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });

/** Answers are for their caller only. */
export const uncached: Middleware = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

/** Of each address, signed in or not. */
export const limitPerAddress = (perMinute: number): Middleware => limit(perMinute, 'address', undefined);

/** Of each caller, from wherever. */
export const limitPerCaller = (perMinute: number): Middleware => limit(perMinute, 'caller', (request) => knownCaller(request)?.sub);

function limit(perMinute: number, whose: string, keyOf: ((request: Request) => string | undefined) | undefined): Middleware {
  const limiter: unknown = rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-6',
    legacyHeaders: false,
    // Behind a proxy all callers have one address; their own limits hold.
    validate: { xForwardedForHeader: false },
    ...(keyOf && { keyGenerator: (request: unknown) => keyOf(request as Request) ?? '', skip: (request: unknown) => keyOf(request as Request) === undefined }),
    handler: (_request: unknown, _response: unknown, next: Next) => next(new SlipwayError('RATE_LIMITED', `more than ${perMinute} requests of this ${whose} in a minute; try again later`)),
  });
  return limiter as Middleware;
}

/** A client that dawdles, or never ends, does not keep its place. */
export function limitTime(server: Server): void {
  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.keepAliveTimeout = IDLE_MS;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
}

/** One line for each request: who asked what, and what they got. */
export const logged =
  (log: (line: object) => void): Middleware =>
  (request: Request, response: Response, next) => {
    const started = performance.now();
    const { method, path } = request;
    response.once('close', () => {
      log({
        method,
        path,
        status: response.statusCode,
        sub: knownCaller(request)?.sub,
        correlationId: response.getHeader('X-Correlation-Id'),
        ms: Math.round(performance.now() - started),
        ...(!response.writableFinished && { aborted: true }),
      });
    });
    next();
  };
