import type { RequestListener } from 'node:http';
import type { HttpVerifyStep } from '@slipway/deployment/contract';
import { Bench, freePort } from './steps.fixtures.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.dispose());

const verify = (url: string, more: Partial<HttpVerifyStep> = {}): HttpVerifyStep => ({ name: 'verify', type: 'http.verify', url, tries: 2, intervalSeconds: 0.05, ...more });

const answer =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => void response.writeHead(status, headers).end(body);

it('asks until the answer is right', async () => {
  let asked = 0;
  const url = await bench.serve((request, response) => answer(++asked < 3 ? 503 : 200, 'version 1.0.0')(request, response));
  expect(await bench.run(verify(url, { tries: 5, bodyContains: '1.0.0' }))).toEqual({ output: { url, status: '200', tries: '3' } });
});

it('waits for a server that is not up yet', async () => {
  const port = await freePort();
  const { message } = await bench.failure(verify(`http://127.0.0.1:${port}/`));
  expect(message).toMatch(/did not answer: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(2 of 2 tries\)/);
});

it.each<[string, RequestListener, Partial<HttpVerifyStep>, RegExp]>([
  ['the status', answer(500, 'no database'), {}, /answered 500 instead of 200: "no database" \(2 of 2 tries\)/],
  ['the body', answer(200, 'version 0.9.0'), { bodyContains: '1.0.0' }, /answered 200 without "1\.0\.0": "version 0\.9\.0"/],
  ['an empty body', answer(204), {}, /answered 204 instead of 200: an empty body/],
  ['a redirect', answer(302, '', { location: '/elsewhere' }), {}, /answered 302 instead of 200/],
])('tells the last answer when it is not right: %s', async (_, listener, more, message) => {
  const failure = await bench.failure(verify(await bench.serve(listener), more));
  expect(failure.code).toBe('VERIFICATION_FAILED');
  expect(failure.message).toMatch(message);
});

it('tells no more than 200 characters of it', async () => {
  const { message } = await bench.failure(verify(await bench.serve(answer(500, 'x'.repeat(5_000)))));
  expect(message).toContain(`"${'x'.repeat(200)}"`);
});

it('reads no more than it has to of an answer without end', async () => {
  const url = await bench.serve((_request, response) => {
    response.write('ok');
    const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
    response.on('close', () => clearInterval(more));
  });
  expect(await bench.run(verify(url, { bodyContains: 'ok' }))).toMatchObject({ output: { tries: '1' } });
});

it('can expect a redirect or an error', async () => {
  await bench.run(verify(await bench.serve(answer(302)), { status: 302 }));
  await bench.run(verify(await bench.serve(answer(401)), { status: 401 }));
});

it('times out with the last answer that it had', async () => {
  let asked = 0;
  const url = await bench.serve((request, response) => (++asked === 1 ? answer(500, 'no database')(request, response) : undefined));
  const failure = await bench.failure(verify(url, { tries: 100, timeoutSeconds: 1 }));
  expect(failure.code).toBe('STEP_TIMED_OUT');
  expect(failure.message).toMatch(/step verify did not end within 1 s: .* answered 500 instead of 200: "no database"/);
});

it('ends at once with the signal', async () => {
  const url = await bench.serve(answer(500));
  const running = expect(bench.run(verify(url, { tries: 100, intervalSeconds: 60 }))).rejects.toThrow('stopping');
  setTimeout(() => bench.stopping.abort(new Error('stopping')), 100);
  await running;
});
