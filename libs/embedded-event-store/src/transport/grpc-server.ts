import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

import { Call } from './call.js';
import { CallError, Status } from './call-error.js';

/** Serves one method's calls. What it throws or rejects with is the call's failure. */
export type Handler = (call: Call) => unknown;

/** Handlers by path: `/package.Service/Method`. */
export type Service = Readonly<Record<string, Handler>>;

/** Bytes that a client may send ahead, on one stream and on all of its connection. */
const STREAM_WINDOW = 1024 * 1024;
const SESSION_WINDOW = 4 * 1024 * 1024;
/** Megabytes that node may hold for one connection before it refuses streams. */
const SESSION_MEMORY = 1024;
/** A client that does not answer to a ping in this time is gone, and its calls with it. */
const PING_MS = 10_000;

/** Serves gRPC over HTTP/2 connections that somebody else accepted. */
export class GrpcServer {
  private readonly handlers = new Map<string, Handler>();
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly calls = new Set<Call>();
  private readonly http2 = createServer({ settings: { initialWindowSize: STREAM_WINDOW }, maxSessionMemory: SESSION_MEMORY });

  /** @param failure what a caller is told of an error that a handler throws. */
  constructor(private readonly failure: (error: unknown) => CallError) {
    this.http2.on('session', (session) => this.welcome(session));
    this.http2.on('stream', (stream, headers) => this.answer(stream, headers));
  }

  add(service: Service): void {
    for (const [path, handler] of Object.entries(service)) this.handlers.set(path, handler);
  }

  accept(socket: Socket): void {
    this.http2.emit('connection', socket);
  }

  /** Fails every call under way. */
  failCalls(error: CallError): void {
    for (const call of [...this.calls]) call.fail(error);
  }

  /** Lets calls end, but not for ever: a client that keeps its connection busy must not keep us. */
  async close(graceMs: number): Promise<void> {
    const open = [...this.sessions];
    const ended = open.map((session) => new Promise<void>((resolve) => session.once('close', resolve)));
    for (const session of open) session.close();
    const force = setTimeout(() => open.forEach((session) => session.destroy()), graceMs);
    await Promise.all(ended);
    clearTimeout(force);
  }

  private welcome(session: ServerHttp2Session): void {
    this.sessions.add(session);
    session.setLocalWindowSize(SESSION_WINDOW);
    const stopPinging = keepAlive(session);
    session.on('close', () => {
      stopPinging();
      this.sessions.delete(session);
    });
    // The session ends with it, and so do its calls, which are told.
    session.on('error', () => session.destroy());
  }

  private answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (headers[':method'] !== 'POST' || !headers['content-type']?.startsWith('application/grpc')) {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    const call = new Call(stream, headers);
    this.calls.add(call);
    call.whenClosed(() => this.calls.delete(call));
    void this.serve(call, String(headers[':path']));
  }

  private async serve(call: Call, path: string): Promise<void> {
    try {
      const handler = this.handlers.get(path);
      if (handler === undefined) throw new CallError(Status.UNIMPLEMENTED, `this server has no method ${path}`);
      await handler(call);
    } catch (error) {
      call.fail(this.failure(error));
    }
  }
}

function keepAlive(session: ServerHttp2Session): () => void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered) return session.destroy();
    answered = false;
    // False: so many pings wait already that the client is as good as gone.
    if (!session.ping(() => (answered = true))) session.destroy();
  }, PING_MS);
  timer.unref();
  return () => clearInterval(timer);
}
