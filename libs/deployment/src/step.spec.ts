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

describe('secrets of a step', () => {
  it('are references', () => {
    const fields = { secrets: { A: 'env:TOKEN', B: 'file:${environment}/token' }, secretFiles: { KEY: 'vault:kv/shop/${environment}#key' } };
    expect(validated(RunStep, { ...run, ...fields })).toMatchObject(fields);
  });

  it.each([
    ['the value itself', { A: 'hunter22' }],
    ['a provider that there is none of', { A: 'aws:hunter22' }],
    ['a path of Vault without a key', { A: 'vault:kv/hunter22' }],
    ['a number', { A: 22 }],
    ['a name that no process can see', { 'A-B': 'env:X' }],
  ])('are not %s, which no message quotes', (_, references) => {
    for (const field of ['secrets', 'secretFiles']) {
      expect(() => validated(RunStep, { ...run, [field]: references })).toThrow(`${field} must map names of variables to references`);
      expect(() => validated(RunStep, { ...run, [field]: references })).toThrow(/^(?!.*hunter22)/);
    }
  });

  it('have names of their own', () => {
    const twice = { A: 'env:X', B: 'env:X' };
    expect(() => validated(RunStep, { ...run, environment: { A: '1', C: '2' }, secrets: twice })).toThrow('secrets has variables that environment has too: A');
    expect(() => validated(RunStep, { ...run, secrets: twice, secretFiles: { B: 'env:X' } })).toThrow('secretFiles has variables that environment or secrets has too: B');
  });
});

it('waits twice as long before each further attempt, at most 300 s', () => {
  const step = { ...run, backoffSeconds: 40 } as Step;
  expect([2, 3, 4, 5, 6].map((attempt) => backoffBefore(step, attempt))).toEqual([40, 80, 160, 300, 300]);
});

it('may take all attempts of all steps and the waits between them', () => {
  expect(longestDeploymentSeconds([run as Step, { ...run, timeoutSeconds: 10, attempts: 3, backoffSeconds: 2 } as Step])).toBe(300 + 30 + 2 + 4);
});
