import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { freemem } from 'node:os';

import type { Store } from '../storage/store.js';
import type { Gate } from '../security/gate.js';
import { SERVER_VERSION } from '../streams/cluster-services.js';
import { CallError, Status } from '../transport/call-error.js';

/** What is known of the server beside the store's own figures. */
export interface HttpFacts {
  readonly store: Store;
  readonly gate: Gate;
  /** Whether there are users. */
  readonly secure: boolean;
}

const STARTED = new Date(performance.timeOrigin).toISOString();

/** Whatever it is asked with, it answers: a machine wants to know whether to start us again. */
const LIVE = '/health/live';

/** The HTTP/1.1 requests that monitors and clients make. Only the figures need credentials; wrong ones are refused. */
const ENDPOINTS: Readonly<Record<string, (facts: HttpFacts) => object | undefined>> = {
  [LIVE]: () => undefined,
  // Servers of this version number their messages; nobody uses the number.
  '/ping': () => ({ msgTypeId: 0, text: 'Ping request successfully handled' }),
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

const NEEDS_USER: ReadonlySet<string> = new Set(['/stats']);
/** What the gate says of wrong credentials, and of none. */
const STRANGERS: ReadonlySet<number> = new Set([Status.UNAUTHENTICATED, Status.PERMISSION_DENIED]);

/** Takes over connections that speak HTTP/1.1. */
export function httpEndpoints(facts: HttpFacts): (socket: Socket) => void {
  const server = createServer((request, response) => {
    answer(facts, request, response).catch((error: Error) => reply(response, 500, { error: error.message }));
  });
  return (socket) => {
    server.emit('connection', socket);
    socket.resume();
  };
}

async function answer(facts: HttpFacts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const path = (request.url ?? '').replace(/[?#].*$/, '').replace(/(.)\/$/, '$1');
  const endpoint = Object.hasOwn(ENDPOINTS, path) ? ENDPOINTS[path] : undefined;
  const asksWho = NEEDS_USER.has(path) || (request.headers.authorization !== undefined && path !== LIVE);
  if (asksWho && !(await isKnown(facts.gate, request))) return reply(response, 401, { error: 'this needs credentials that are right' });
  if (endpoint === undefined) return reply(response, 404, { error: 'there is no such resource here; clients speak gRPC on this port' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, { error: 'only GET and HEAD' });
  const body = endpoint(facts);
  reply(response, body === undefined ? 204 : 200, body);
}

function reply(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { ...(body && { 'content-type': 'application/json; charset=utf-8' }), ...(status === 401 && { 'www-authenticate': 'Basic realm="event store"' }) });
  response.end(body && JSON.stringify(body));
}

async function isKnown(gate: Gate, { headers }: IncomingMessage): Promise<boolean> {
  try {
    await gate.identify(headers.authorization);
    return true;
  } catch (error) {
    if (error instanceof CallError && STRANGERS.has(error.code)) return false;
    throw error;
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
