import { type SlipwayError } from '@slipway/kernel';
import { RegisterApplication } from '@slipway/planning/contract';
import { parseManifests } from './manifest.js';

const APPLICATION = `
apiVersion: slipway/v1
kind: Application
metadata: { workspace: acme, name: shop }
spec:
  repository: https://git.example/shop.git
  components:
    - name: api
      recipe: { command: [make, api], outputs: [api.tar] }
`;
const PLAN = `
apiVersion: slipway/v1
kind: ReleasePlan
metadata: { workspace: acme, name: shop-to-prod }
spec: { application: acme/shop, target: sre }
`;
const ADMISSION = `
apiVersion: slipway/v1
kind: ReleasePlanAdmission
metadata: { workspace: sre, name: shop }
spec:
  origin: acme
  applications: [shop]
  environments:
    - name: prod
      gates: [{ type: approval, count: 1 }]
      steps: [{ name: check, type: run, command: ["true"] }]
`;

const parse = (...texts: string[]) => parseManifests(texts.map((text, index) => ({ name: `${index + 1}.yaml`, text })));

/** The faults of these texts, as `at: message`. */
function faults(...texts: string[]): string[] {
  try {
    parse(...texts);
  } catch (error) {
    const { code, reasons } = error as SlipwayError;
    expect(code).toBe('MALFORMED_MANIFEST');
    return reasons.map(({ at, message }) => `${at} | ${message}`);
  }
  return [];
}

describe('manifests', () => {
  it('become commands, in the order in which they depend on each other', () => {
    const manifests = parse(`${ADMISSION}---${PLAN}`, APPLICATION);
    expect(manifests.map(({ kind, name, from }) => [kind, name, from])).toEqual([
      ['Application', 'acme/shop', '2.yaml#1'],
      ['ReleasePlan', 'acme/shop-to-prod', '1.yaml#2'],
      ['ReleasePlanAdmission', 'sre/shop', '1.yaml#1'],
    ]);
    expect(manifests[0]!.command).toBeInstanceOf(RegisterApplication);
    expect(manifests[1]!.command).toEqual({ plan: 'acme/shop-to-prod', application: 'acme/shop', target: 'sre' });
  });

  it('may be JSON, and leave documents empty', () => {
    expect(parse(JSON.stringify({ apiVersion: 'slipway/v1', kind: 'ReleasePlan', metadata: { workspace: 'acme', name: 'p' }, spec: { application: 'acme/shop', target: 'sre' } }))).toHaveLength(1);
    expect(parse(`---\n---${PLAN}---\n`)).toHaveLength(1);
  });

  it('are refused with every fault of every document, each with its file, document and path', () => {
    const broken = APPLICATION.replace('name: api', 'name: Api').replace('outputs: [api.tar]', 'outputs: [], shell: yes');
    expect(faults(`${broken}---${PLAN.replace('target: sre', 'target: 7, speed: fast')}`, 'kind: Application\nkind: x')).toEqual([
      expect.stringMatching(/^1\.yaml#1: spec\.components\.0\.name \| .*lower-case/),
      expect.stringMatching(/^1\.yaml#1: spec\.components\.0\.recipe\.shell \| .*should not exist/),
      expect.stringMatching(/^1\.yaml#1: spec\.components\.0\.recipe\.outputs \| .*should not be empty/),
      expect.stringMatching(/^1\.yaml#2: spec\.speed \| .*should not exist/),
      expect.stringMatching(/^1\.yaml#2: spec\.target \| .*lower-case/),
      expect.stringMatching(/^2\.yaml#1 \| Map keys must be unique at line 2/),
    ]);
  });

  it.each([
    ['another version', PLAN.replace('slipway/v1', 'slipway/v2'), ['1.yaml#1: apiVersion | apiVersion must be slipway/v1']],
    ['another kind', PLAN.replace('kind: ReleasePlan', 'kind: constructor'), ['1.yaml#1: kind | kind must be Application, ReleasePlan or ReleasePlanAdmission']],
    ['no name', PLAN.replace(', name: shop-to-prod', ''), [expect.stringMatching(/^1\.yaml#1: metadata\.name \| name must be lower-case/)]],
    ['a label', PLAN.replace('workspace: acme,', 'workspace: acme, labels: {},'), ['1.yaml#1: metadata.labels | labels is not known']],
    ['a status', `${PLAN}status: {}`, ['1.yaml#1: status | status is not known']],
    ['no spec', PLAN.replace(/spec:.*/, ''), ['1.yaml#1: spec | spec must be a map']],
    ['its name in the spec', PLAN.replace('spec: {', 'spec: { plan: acme/other,'), ['1.yaml#1: spec.plan | plan is named by metadata and must not be in spec']],
    ['a list', '- 1', ['1.yaml#1 | a manifest is a map of apiVersion, kind, metadata and spec']],
    ['a bomb of aliases', `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]`, [expect.stringMatching(/alias/)]],
  ])('are refused with %s', (_case, text, expected) => expect(faults(text)).toEqual(expected));

  it('are refused when two describe one thing', () => {
    expect(faults(PLAN, PLAN)).toEqual(['2.yaml#1: metadata.name | ReleasePlan acme/shop-to-prod is in 1.yaml#1 already']);
  });

  it('are refused when there are none', () => {
    expect(() => parse('')).toThrow('there is no manifest in 1.yaml');
    expect(() => parse()).toThrow('there is no manifest in no file');
  });
});
