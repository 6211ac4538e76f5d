import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';

import type { Credentials } from '@eventstore/db-client';

import { event, fresh, type Cases } from './support.js';
import { addressOf, target } from './targets.js';

interface Answer {
  readonly status: number | undefined;
  readonly type: string;
  readonly text: string;
}

/** An HTTP/1.1 request to the port that serves gRPC. */
export async function ask(connectionString: string, path: string, { method = 'GET', as }: { method?: string; as?: Credentials } = {}): Promise<Answer> {
  const { authority, ca } = addressOf(connectionString);
  const options = { method, headers: { accept: 'application/json' }, agent: false, ...(as === undefined ? {} : { auth: `${as.username}:${as.password}` }) };
  const request = ca === undefined ? plainRequest(`http://${authority}${path}`, options) : secureRequest(`https://${authority}${path}`, { ...options, ...(ca === '' ? {} : { ca }) });
  const response = await new Promise<IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject).end());
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, type: response.headers['content-type'] ?? '', text: Buffer.concat(chunks).toString('utf8') };
}

function jsonOf({ text, type }: Answer): Record<string, unknown> {
  expect(type).toMatch(/^application\/json/);
  return JSON.parse(text) as Record<string, unknown>;
}

export const http: Cases = (official) => {
  const targets: readonly (readonly [string, () => string])[] = [
    ['HTTP/1.1', () => target.connectionString()],
    ...(target.hasSecure() ? [['HTTP/1.1 with TLS', () => target.secure()] as const] : []),
  ];

  describe.each(targets)('%s', (_protocol, connectionString) => {
    it.each(['GET', 'HEAD'])('%s /health/live answers 204, without credentials', async (method) => {
      expect(await ask(connectionString(), '/health/live', { method })).toMatchObject({ status: 204, text: '' });
    });

    it('/health/live is only asked', async () => {
      expect((await ask(connectionString(), '/health/live', { method: 'POST' })).status).toBe(405);
    });

    it('/info tells version, state and features, without credentials', async () => {
      const answer = await ask(connectionString(), '/info');
      expect(answer.status).toBe(200);
      const info = jsonOf(answer);
      expect(info['esVersion']).toMatch(/^\d+\.\d+\.\d+/);
      expect(info['state']).toBe('leader');
      expect(info['features']).toBeInstanceOf(Object);
      expect(Object.values(info['features'] as object).every((feature) => typeof feature === 'boolean')).toBe(true);
    });

    it('/ping is answered, without credentials', async () => {
      const answer = await ask(connectionString(), '/ping');
      expect(answer.status).toBe(200);
      expect(jsonOf(answer)).toMatchObject({ msgTypeId: expect.any(Number) as number, text: 'Ping request successfully handled' });
    });

    it('/stats tells how the process is doing', async () => {
      const answer = await ask(connectionString(), '/stats', { as: addressOf(connectionString()).credentials });
      expect(answer.status).toBe(200);
      expect(jsonOf(answer)['proc']).toMatchObject({ id: expect.any(Number) as number, mem: expect.any(Number) as number });
    });

    it('a path that is not there is not found', async () => {
      expect((await ask(connectionString(), `/${fresh('nothing')}`, { as: addressOf(connectionString()).credentials })).status).toBe(404);
    });
  });

  it('it is served while gRPC calls go on', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, async (_, n) => {
      await official().append(fresh(), event(n));
      return (await ask(target.connectionString(), '/health/live')).status;
    }));
    expect(new Set(answers)).toEqual(new Set([204]));
  });
};
