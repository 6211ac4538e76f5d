import { validated } from '@slipway/kernel';
import { backoffBefore, HostDeployStep, longestDeploymentSeconds, RunStep, type Step } from './step.js';

const run = { name: 'migrate', type: 'run', command: ['./migrate'] };

describe('variables of a step', () => {
  it('are names and texts', () => {
    expect(validated(RunStep, { ...run, environment: { PORT: '8080' }, secrets: { TOKEN: 'file:token' } })).toMatchObject({ environment: { PORT: '8080' } });
  });

  it.each([
    ['a number', { PORT: 8080 }],
    ['an object', { PORT: { from: 'x' } }],
    ['a list', ['PORT']],
    ['a name that no process can see', { 'A=B': 'x' }],
    ['a zero byte', { A: 'a\0b' }],
  ])('are not %s', (_, environment) => {
    expect(() => validated(RunStep, { ...run, environment })).toThrow('environment must map names of variables to texts');
    const deploy = { name: 'deploy', type: 'host.deploy', component: 'web', directory: '/srv/web' };
    expect(() => validated(HostDeployStep, { ...deploy, environment })).toThrow('quote numbers');
  });
});

it('waits twice as long before each further attempt, at most 300 s', () => {
  const step = { ...run, backoffSeconds: 40 } as Step;
  expect([2, 3, 4, 5, 6].map((attempt) => backoffBefore(step, attempt))).toEqual([40, 80, 160, 300, 300]);
});

it('may take all attempts of all steps and the waits between them', () => {
  expect(longestDeploymentSeconds([run as Step, { ...run, timeoutSeconds: 10, attempts: 3, backoffSeconds: 2 } as Step])).toBe(300 + 30 + 2 + 4);
});
