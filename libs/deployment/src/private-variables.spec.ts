import { validated } from '@slipway/kernel';
import { privateValuesOf } from './private-variables.js';
import { HostDeployStep, RunStep, type Step } from './step.js';
import { specOf } from './target.fixtures.js';

const environment = { DB_HOST: 'db.${environment}.internal', MODE: 'fast' };
const run = { name: 'migrate', type: 'run', command: ['./migrate'], environment };
const deploy = { name: 'deploy', type: 'host.deploy', component: 'web', directory: '/srv/web', environment };

describe('private variables of a step', () => {
  it.each([
    [RunStep, run],
    [HostDeployStep, deploy],
  ])('of %p are names in its environment', (type, step) => {
    expect(validated<Step>(type, { ...step, privateVariables: ['DB_HOST'] })).toMatchObject({ privateVariables: ['DB_HOST'] });
  });

  it.each([
    ['one that environment does not have', ['DB_PORT']],
    ['one that every object has', ['toString']],
    ['one twice', ['MODE', 'MODE']],
    ['no name', [1]],
    ['no list', 'MODE'],
    ['one without an environment', ['MODE'], undefined],
  ])('are not %s', (_what, privateVariables, ...others: unknown[]) => {
    const step = { ...run, ...(others.length > 0 && { environment: undefined }), privateVariables };
    expect(() => validated(RunStep, step)).toThrow('privateVariables must list names of variables in environment, each once');
  });

  it('have the values that the commands see', () => {
    const steps = [{ ...run, privateVariables: ['DB_HOST'] }, { ...deploy, privateVariables: ['DB_HOST', 'MODE'] }, { name: 'verify', type: 'http.verify', url: 'http://x.test/' }] as Step[];
    expect(privateValuesOf(specOf('a', 'live-1', { steps }))).toEqual(['db.live.internal', 'fast']);
  });

  it('that name what there is not are as they stand', () => {
    const steps = [{ ...run, environment: { A: '${region}-$${x}' }, privateVariables: ['A'] }] as Step[];
    expect(privateValuesOf(specOf('a', 'live-1', { steps }))).toEqual(['${region}-${x}']);
  });
});
