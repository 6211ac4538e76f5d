import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { get, request as httpRequest } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedEventStore, type EmbeddedEventStore } from '../server.js';
import { Status } from './call-error.js';
import { MessageSplitter } from './message-splitter.js';

jest.setTimeout(30_000);

const FEATURES = '/event_store.client.server_features.ServerFeatures/GetSupportedMethods';
const READ = '/event_store.client.streams.Streams/Read';
const BATCH = '/event_store.client.streams.Streams/BatchAppend';
const EMPTY_MESSAGE = Buffer.alloc(5);

let directory: string;
let server: EmbeddedEventStore;
let session: ClientHttp2Session;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'));
  server = await startEmbeddedEventStore({ directory });
  session = connect(`http://127.0.0.1:${server.port}`);
});
afterAll(async () => {
  session.destroy();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

function call(path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
  return session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers });
}

interface Ending {
  readonly status: number;
  readonly message: string;
  readonly bytes: number;
}

function endingOf(stream: ClientHttp2Stream): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let ending: IncomingHttpHeaders = {};
    let bytes = 0;
    stream.on('response', (headers: IncomingHttpHeaders) => (ending = headers));
    stream.on('trailers', (headers: IncomingHttpHeaders) => (ending = { ...ending, ...headers }));
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('error', reject);
    stream.on('close', () => resolve({ status: Number(ending['grpc-status']), message: decodeURIComponent(String(ending['grpc-message'] ?? '')), bytes }));
  });
}

describe('a call', () => {
  it('gets its answer when its message comes byte by byte', async () => {
    const stream = call(FEATURES);
    const ending = endingOf(stream);
    for (const byte of EMPTY_MESSAGE) {
      stream.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    stream.end();
    expect((await ending).status).toBe(Status.OK);
    expect((await ending).bytes).toBeGreaterThan(100);
  });

  it('to a method that is not there is UNIMPLEMENTED', async () => {
    const stream = call('/event_store.client.projections.Projections/Create');
    stream.end(EMPTY_MESSAGE);
    expect(await endingOf(stream)).toMatchObject({ status: Status.UNIMPLEMENTED, message: expect.stringContaining('Projections/Create') as unknown });
  });

  it.each([
    ['compressed', Buffer.from([1, 0, 0, 0, 0]), Status.UNIMPLEMENTED],
    ['too large', Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), Status.RESOURCE_EXHAUSTED],
    ['malformed', Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]), Status.INVALID_ARGUMENT],
    ['cut off', Buffer.from([0, 0, 0, 0, 9, 1]), Status.INVALID_ARGUMENT],
    ['missing', Buffer.alloc(0), Status.INVALID_ARGUMENT],
    ['one too many', Buffer.alloc(10), Status.INVALID_ARGUMENT],
  ])('with a message that is %s fails alone', async (_what, bytes, status) => {
    const stream = call(READ);
    stream.end(bytes);
    expect((await endingOf(stream)).status).toBe(status);
    const next = call(FEATURES);
    next.end(EMPTY_MESSAGE);
    expect((await endingOf(next)).status).toBe(Status.OK);
  });

  it('ends with DEADLINE_EXCEEDED when its time is over, though the client goes on', async () => {
    const stream = call(BATCH, { 'grpc-timeout': '50m' });
    expect(await endingOf(stream)).toMatchObject({ status: Status.DEADLINE_EXCEEDED });
  });

  it('that is no gRPC is refused', async () => {
    const stream = session.request({ ':method': 'GET', ':path': '/info' });
    const status = await new Promise((resolve) => stream.on('response', (headers: IncomingHttpHeaders) => resolve(headers[':status'])));
    expect(status).toBe(415);
  });
});

describe('MessageSplitter', () => {
  it('finds the same messages wherever the bytes are cut', () => {
    const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('three'), Buffer.alloc(300, 7)];
    const bytes = Buffer.concat(messages.flatMap((message) => [Buffer.from([0, 0, 0, message.length >> 8, message.length & 0xff]), message]));
    for (let size = 1; size <= bytes.length; size++) {
      const splitter = new MessageSplitter(1000);
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size), (message) => found.push(message.toString('hex')));
      expect(found).toEqual(messages.map((message) => message.toString('hex')));
      expect(splitter.partial).toBe(false);
    }
  });
});

describe('HTTP/1.1 on the same port', () => {
  const ask = (path: string, method = 'GET'): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port: server.port, host: '127.0.0.1', path, method }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (body += part));
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      });
      request.on('error', reject);
      request.end();
    });

  it('tells what the server is', async () => {
    const { status, body } = await ask('/info');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ esVersion: '23.10.6', state: 'leader', features: { projections: false } });
  });

  it('says that it lives, answers a ping, and gives figures', async () => {
    expect(await ask('/health/live')).toEqual({ status: 204, body: '' });
    expect((await ask('/ping')).body).toMatch(/Ping request successfully handled/);
    expect(JSON.parse((await ask('/stats')).body)).toMatchObject({ proc: { id: process.pid } });
  });

  it('refuses what it does not have', async () => {
    expect((await ask('/streams/x')).status).toBe(404);
    expect((await ask('/ping', 'POST')).status).toBe(405);
  });

  it('keeps a connection for the next request', async () => {
    const { Agent } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
      await new Promise<void>((resolve, reject) => {
        get({ port: server.port, host: '127.0.0.1', path: '/ping', agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
      });
    }
    agent.destroy();
  });

  it('ends a connection that speaks neither', async () => {
    const socket = connectSocket(server.port, '127.0.0.1');
    socket.write('\x16\x03\x01 this is no HTTP\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve).resume());
  });
});
