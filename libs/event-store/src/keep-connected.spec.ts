import { backoffMs } from './backoff.js';
import { HandlerFailure, keepConnected } from './keep-connected.js';
import { SILENT } from './store-logger.js';

test('pauses grow from 0.1 s to 5 s, and chance takes away up to half', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(failures, 0))).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(backoffMs(0, 1)).toBe(50);
});

/** What is logged of sessions that all lose their connection; `works` tells which of them had one. */
async function logged(sessions: number, works: (session: number) => boolean): Promise<unknown[]> {
  const closing = new AbortController();
  const lines: unknown[] = [];
  const logger = { info: (_details: object, message: string) => lines.push(message), warn: (details: object) => lines.push(details) };
  let session = 0;
  const run = (working: () => void): Promise<void> => {
    if (++session > sessions) closing.abort();
    if (works(session)) working();
    return session === 2 ? Promise.resolve() : Promise.reject(new Error('lost'));
  };
  await keepConnected({ name: 'test', closing: closing.signal, logger, session: run });
  return lines;
}

test('counts the failures in a row, and begins anew after a session that worked', async () => {
  expect(await logged(4, (session) => session === 3)).toMatchObject([{ failures: 0 }, { failures: 1 }, 'the subscription is back', { failures: 0 }, { failures: 1 }]);
});

test('a session that ends without an error is a lost connection too', async () => {
  expect(await logged(2, () => false)).toMatchObject([{ err: { message: 'lost' } }, { err: { message: 'the server ended the subscription' } }]);
});

test('what a handler threw ends it', async () => {
  const session = (): Promise<void> => Promise.reject(new HandlerFailure(new Error('the handler')));
  await expect(keepConnected({ name: 'test', closing: new AbortController().signal, logger: SILENT, session })).rejects.toThrow('the handler');
});
