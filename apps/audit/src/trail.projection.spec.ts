import { type Given, recordOf } from './record.fixtures.js';
import { auditTrail } from './record.reader.js';

const A = 'shop/web-1.0.0-rc1-aaaaa';
const B = 'shop/web-1.0.0-rc2-bbbbb';
const target = 'sre/prod/shop/web';
const snapshot = { digest: 'sha256:5', components: [], provenance: 'sha256:9' };
const spec = { candidate: '1.0.0-rc1', snapshot, steps: [], environment: 'prod' };

/** Numbers the events of each stream, as the store does. */
function log(...events: [stream: string, type: string, data: object][]): Given[] {
  const revisions = new Map<string, number>();
  return events.map(([stream, type, data]) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return { stream, revision, type, data, metadata: { actor: 'person:dora', $causationId: 'c', $correlationId: 'd' } };
  });
}

const planWritten = ['releasePlan-shop/to-prod', 'ReleasePlanWritten', { plan: 'shop/to-prod', application: 'shop/web', target: 'sre' }] as const;
const admissionWritten = ['releasePlanAdmission-sre/web', 'ReleasePlanAdmissionWritten', { admission: 'sre/web', origin: 'shop', applications: ['web'], environments: [] }] as const;
const pins = { plan: 'shop/to-prod', planRevision: 1, admission: 'sre/web', admissionRevision: 1 };

function cut(candidate: string): [string, string, object] {
  const data = { application: 'shop/web', candidate, commit: { sha: 'c', subject: 's' }, origin: { kind: 'ref', ref: 'HEAD' }, previous: null, changeCount: 0 };
  return ['candidate-shop/web', 'CandidateCut', data];
}
const build = (candidate: string): [string, string, object] => [`build-shop/web/${candidate}`, 'BuildStarted', { application: 'shop/web', candidate, attempt: 1, worker: 'w' }];
const request = (release: string, candidate: string): [string, string, object] => [
  `release-${release}`,
  'ReleaseRequested',
  { release, application: 'shop/web', candidate, plan: 'shop/to-prod', planRevision: 1, target: 'sre', snapshot },
];
const deployment = (type: string, name: string, release: string): [string, string, object] => [`target-${target}`, type, { ...spec, target, deployment: name, release, kind: 'release' }];

const events = log(
  [...planWritten],
  [...planWritten],
  [...admissionWritten],
  [...admissionWritten],
  [...admissionWritten],
  cut('1.0.0-rc1'),
  cut('1.0.0-rc2'),
  build('1.0.0-rc1'),
  build('1.0.0-rc2'),
  request(A, '1.0.0-rc1'),
  [`review-${A}`, 'ReleaseMatched', { subject: { kind: 'release', release: A }, ...pins, environments: ['prod'] }],
  [`review-${A}`, 'ApprovalGiven', { subject: { kind: 'release', release: A }, environment: 'prod', by: 'person:sam' }],
  ['exception-sre', 'ExceptionGranted', { exception: 'sre/x', release: A, environment: 'prod', gate: 'freeze', reason: 'r', by: 'person:sam', until: null }],
  deployment('DeploymentRequested', 'prod-1', A),
  deployment('DeploymentStarted', 'prod-1', A),
  deployment('DeploymentSucceeded', 'prod-1', A),
  request(B, '1.0.0-rc2'),
  deployment('DeploymentRequested', 'prod-2', B),
  deployment('DeploymentStarted', 'prod-2', B),
  [`target-${target}`, 'RollbackRequested', { ...spec, target, deployment: 'prod-3', release: A, cites: { stream: `target-${target}`, revision: 2, deployment: 'prod-1' }, reason: 'bad', by: 'person:sam' }],
  [...planWritten],
);

describe('the audit trail of a release', () => {
  const { db } = recordOf(...events);
  const trail = (release: string): string[] => auditTrail(db, { release }).map(({ stream, revision, type }) => `${stream}@${revision} ${type}`);

  it('rests on what was pinned, and has all that followed, with the rollback that brought it back', () => {
    expect(trail(A)).toEqual([
      'releasePlan-shop/to-prod@1 ReleasePlanWritten',
      'releasePlanAdmission-sre/web@1 ReleasePlanAdmissionWritten',
      'candidate-shop/web@0 CandidateCut',
      'build-shop/web/1.0.0-rc1@0 BuildStarted',
      `release-${A}@0 ReleaseRequested`,
      `review-${A}@0 ReleaseMatched`,
      `review-${A}@1 ApprovalGiven`,
      'exception-sre@0 ExceptionGranted',
      `target-${target}@0 DeploymentRequested`,
      `target-${target}@1 DeploymentStarted`,
      `target-${target}@2 DeploymentSucceeded`,
      `target-${target}@5 RollbackRequested`,
    ]);
  });

  it('has the rollback that undid it, and the event that was replayed', () => {
    expect(trail(B)).toEqual([
      'releasePlan-shop/to-prod@1 ReleasePlanWritten',
      'candidate-shop/web@1 CandidateCut',
      'build-shop/web/1.0.0-rc2@0 BuildStarted',
      `target-${target}@2 DeploymentSucceeded`,
      `release-${B}@0 ReleaseRequested`,
      `target-${target}@3 DeploymentRequested`,
      `target-${target}@4 DeploymentStarted`,
      `target-${target}@5 RollbackRequested`,
    ]);
  });

  it('is empty for a release that nobody knows', () => expect(trail('shop/none')).toEqual([]));
});
