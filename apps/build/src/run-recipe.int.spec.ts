import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from '@slipway/build';
import { type Isolation, openIsolation } from '@slipway/process-runner';
import { Attempt } from './attempt.js';
import { component, processesWith, shell, subjectWith, temporaryFolder, until } from './build.fixtures.js';
import { runRecipe } from './run-recipe.js';

const root = temporaryFolder();
let count = 0;
let isolation: Isolation;

beforeAll(async () => {
  isolation = await openIsolation('require');
});

async function newAttempt(): Promise<Attempt> {
  const attempt = new Attempt(root, subjectWith([]), ++count);
  await attempt.prepare();
  mkdirSync(join(attempt.checkout, 'web'), { recursive: true });
  return attempt;
}

async function run(each: Component, signal = new AbortController().signal): Promise<Attempt> {
  const attempt = await newAttempt();
  await runRecipe(each, attempt, { isolation, network: 'recipe' }, signal);
  return attempt;
}

const logOf = (attempt: Attempt): string => readFileSync(attempt.log, 'utf8');

it('runs in the checkout and streams its output to the log', async () => {
  const attempt = await run(shell('pwd; echo to-stderr >&2'));
  expect(logOf(attempt)).toContain(`== api: sh -c pwd; echo to-stderr >&2\n`);
  expect(logOf(attempt)).toContain(attempt.checkout);
  expect(logOf(attempt)).toContain('to-stderr');
});

it('runs in its own folder where it names one', async () => {
  const attempt = await run(shell('pwd', { directory: 'web' }));
  expect(logOf(attempt)).toContain(join(attempt.checkout, 'web'));
});

it('sees its own variables and four of ours, and nothing else', async () => {
  process.env['SLIPWAY_SECRET'] = 'hush';
  const attempt = await run(component({ command: ['env'], environment: { COLOUR: 'blue' } }));
  delete process.env['SLIPWAY_SECRET'];
  const lines = logOf(attempt).trimEnd().split('\n').slice(1);
  expect(lines.map((line) => line.split('=')[0]).sort()).toEqual(['COLOUR', 'HOME', 'LANG', 'PATH', 'SLIPWAY_RUN_ID', 'TMPDIR']);
  expect(lines).toContain(`HOME=${attempt.home}`);
  expect(lines).toContain(`TMPDIR=${attempt.temporary}`);
});

it.each<[string, Component, RegExp]>([
  ['RECIPE_FAILED', shell('echo first; echo the reason >&2; exit 3'), /exit code 3\nfirst\nthe reason$/],
  ['RECIPE_FAILED', shell('kill -SEGV $$'), /ended by SIGSEGV/],
  ['RECIPE_TIMED_OUT', shell('echo slow; sleep 60', { timeoutSeconds: 1 }), /time limit of 1 s\nslow$/],
  ['RECIPE_OUTPUT_LIMIT', shell('yes', { outputLimitBytes: 10_000 }), /output limit of 10000 bytes/],
  ['RECIPE_LEFT_PROCESSES', shell('sleep 60 & echo started'), /left processes running, which were ended\nstarted$/],
  ['RECIPE_LEFT_PROCESSES', shell('setsid sleep 60 >/dev/null 2>&1 </dev/null &'), /left processes/],
  ['RECIPE_NOT_STARTED', component({ command: ['no-such-command'] }), /no-such-command.*command not found/s],
  ['RECIPE_NOT_STARTED', component({ directory: 'nowhere' }), /not in the checkout/],
  ['PATH_OUTSIDE_CHECKOUT', component({ directory: '../..' }), /outside the checkout/],
])('%s: %j', async (code, each, message) => {
  await expect(run(each)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect(processesWith(join(root, 'work'))).toEqual([]);
});

it('a recipe that prints 100 MB is ended at the default limit, and the log holds no more', async () => {
  const attempt = await newAttempt();
  const flood = shell('head -c 100000000 /dev/zero | tr "\\0" "x"');
  await expect(runRecipe(flood, attempt, { isolation, network: 'recipe' }, new AbortController().signal)).rejects.toMatchObject({ code: 'RECIPE_OUTPUT_LIMIT' });
  expect(statSync(attempt.log).size).toBeLessThan(16 * 1024 * 1024 + 1_000);
});

it('quotes only the last lines of a long output', async () => {
  const failing = run(shell('seq 1 1000; exit 1'));
  await expect(failing).rejects.toMatchObject({ message: expect.stringMatching(/exit code 1\n981\n982\n[^]*\n1000$/) as string });
});

it('is ended with all its processes when the service stops', async () => {
  const stop = new AbortController();
  const running = run(shell('sleep 60 & sleep 60'), stop.signal);
  const mark = join(root, 'work', `acme_shop_1.0.0-rc1_${count}`);
  await Promise.all([
    expect(running).rejects.toMatchObject({ name: 'AbortError' }),
    until(() => processesWith(mark).length >= 5).then(() => stop.abort()),
  ]);
  expect(processesWith(mark)).toEqual([]);
});
