import { codeOf, type SlipwayError } from '@slipway/kernel';
import type { RunStep } from './step.js';
import { specOf } from './target.fixtures.js';
import { expandStep } from './template.js';

const spec = specOf('a', 'live-1');
const run = (...command: string[]): RunStep => ({ name: 'go', type: 'run', command });
const expand = (text: string): string | undefined => expandStep(run(text), spec).command[0];

it.each([
  ['${candidate}', '1.0.0-rc10'],
  ['${commit}', 'a'.repeat(40)],
  ['${snapshot}', `sha256:${'a'.repeat(64)}`],
  ['${application}', 'acme/shop'],
  ['${environment}', 'live'],
  ['web@${digest.web} of ${environment}', `web@sha256:${'a'.repeat(64)} of live`],
  ['no variable', 'no variable'],
])('fills in %s', (text, filled) => {
  expect(expand(text)).toBe(filled);
});

it('leaves $${…} to the shell', () => {
  expect(expand('$${HOME} $HOME ${environment}')).toBe('${HOME} $HOME live');
});

it('fills in every text but the name, and leaves numbers', () => {
  const step: RunStep = { ...run('${environment}'), environment: { '${commit}': '${candidate}' }, secrets: { TOKEN: 'file:${environment}' }, attempts: 2 };
  expect(expandStep(step, spec)).toEqual({ ...run('live'), environment: { '${commit}': '1.0.0-rc10' }, secrets: { TOKEN: 'file:live' }, attempts: 2 });
});

it('does not fill in what a variable brings along', () => {
  expect(expandStep(run('${candidate}'), { ...spec, candidate: '${commit}' }).command).toEqual(['${commit}']);
});

it('names every unknown variable with its place, and those that there are', () => {
  const step: RunStep = { ...run('sh', '${digest.api}'), environment: { HOST: '${host}' } };
  try {
    expandStep(step, spec);
    throw new Error('not refused');
  } catch (error) {
    expect(codeOf(error)).toBe('STEP_FAILED');
    expect((error as SlipwayError).reasons).toEqual([
      { code: 'UNKNOWN_VARIABLE', message: '${digest.api} in command.1 is not a variable', at: 'command.1' },
      { code: 'UNKNOWN_VARIABLE', message: '${host} in environment.HOST is not a variable', at: 'environment.HOST' },
    ]);
    expect((error as SlipwayError).message).toMatch(/there are candidate, commit, .*digest\.web$/);
  }
});
