import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freemem } from 'node:os';

import type { Store } from '../storage/store.js';
import { SERVER_VERSION } from '../streams/cluster-services.js';

/** What is known of the server beside the store's own figures. */
export interface HttpFacts {
  readonly store: Store;
  /** Whether callers have to be known. */
  readonly secure: boolean;
}

const STARTED = new Date(performance.timeOrigin).toISOString();

/** The HTTP/1.1 requests that monitors and clients make. Nothing here tells a stranger what is stored. */
const ENDPOINTS: Readonly<Record<string, (facts: HttpFacts) => object | undefined>> = {
  '/health/live': () => undefined,
  '/ping': () => ({ text: 'Ping request successfully handled' }),
  '/info': ({ secure }) => ({
    esVersion: SERVER_VERSION,
    state: 'leader',
    features: { projections: false, userManagement: secure, atomPub: false },
    authentication: { type: secure ? 'internal' : 'insecure', properties: {} },
  }),
  '/stats': ({ store }) => ({
    proc: { startTime: STARTED, id: process.pid, mem: process.memoryUsage.rss(), cpu: cpuSeconds() },
    sys: { freeMem: freemem() },
    es: { lastPosition: store.writer.lastPosition },
  }),
};

/** Takes over connections that speak HTTP/1.1. */
export function httpEndpoints(facts: HttpFacts): (socket: Socket) => void {
  const server = createServer((request, response) => answer(facts, request, response));
  return (socket) => {
    server.emit('connection', socket);
    socket.resume();
  };
}

function answer(facts: HttpFacts, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const endpoint = ENDPOINTS[(request.url ?? '').replace(/[?#].*$/, '').replace(/(.)\/$/, '$1')];
  if (endpoint === undefined) return reply(response, 404, { error: 'there is no such resource here; clients speak gRPC on this port' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, { error: 'only GET and HEAD' });
  const body = endpoint(facts);
  reply(response, body === undefined ? 204 : 200, body);
}

function reply(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, body && { 'content-type': 'application/json; charset=utf-8' });
  response.end(body && JSON.stringify(body));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
