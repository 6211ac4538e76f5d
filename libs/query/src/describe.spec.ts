import type { Snapshot } from '@slipway/build/contract';
import type { DeploymentSpec, Pins } from '@slipway/deployment/contract';
import { describe as sentence } from './describe.js';
import type { SlipwayEvent } from './slipway-event.js';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const release = 'shop/web-1.8.0-rc1-k3x9a';
const subject = { kind: 'release', release } as const;
const target = 'sre/prod/shop/web';
const name = { application: 'shop/web', candidate: '1.8.0-rc1' };
const reasons = [
  { code: 'FROZEN', message: 'year-end closing' },
  { code: 'APPROVAL_MISSING', message: '1 more approval needed' },
];
const commit = { sha: 'c'.repeat(40), author: 'Carl <carl@shop.example>', subject: 'Fix the cart', committedAt: '2026-03-01T09:00:00Z' };
const component = { name: 'api', recipe: { command: ['make'], outputs: ['api'] } };
const application = { application: 'shop/web', repository: '/srv/git/web', mainline: 'main', components: [component] };
const snapshot: Snapshot = { ...name, digest: digest('5'), commit: commit.sha, components: [{ name: 'api', digest: digest('a'), artifacts: [] }], provenance: digest('9') };
const pins: Pins = { plan: 'shop/to-prod', planRevision: 3, admission: 'sre/web', admissionRevision: 4, policyDigest: digest('b'), snapshotDigest: digest('5'), stepsDigest: digest('7') };
const spec: DeploymentSpec = { ...name, deployment: 'prod-3', target, environment: 'prod', release, snapshot, steps: [], onFailure: 'stop', pins };
const review = { stream: `review-${release}`, revision: 5 };
const step = { target, deployment: 'prod-3', token: 7, step: 0, name: 'verify', attempt: 1 };
const failure = { code: 'VERIFICATION_FAILED', message: 'status 500' } as const;
const cut = { ...name, version: '1.8.0', number: 1, commit, changes: [], repository: '/srv/git/web', components: [component], author: 'person:carl' };

/** One of each type at least; the compiler refuses a type that is missing. */
const EXAMPLES: { readonly [T in SlipwayEvent['type']]: readonly [Extract<SlipwayEvent, { type: T }>['data'], string][] } = {
  ApplicationRegistered: [[application, 'Application shop/web was registered: repository /srv/git/web, mainline main, component api']],
  ApplicationChanged: [
    [
      { ...application, components: [component, { ...component, name: 'ui' }] },
      'Application shop/web was changed: repository /srv/git/web, mainline main, components api and ui',
    ],
  ],
  ReleasePlanWritten: [
    [{ plan: 'shop/to-prod', application: 'shop/web', target: 'sre' }, 'Plan shop/to-prod asks for shop/web to be released to sre'],
    [{ plan: 'shop/to-prod', application: 'shop/web', target: 'sre', admission: 'web' }, 'Plan shop/to-prod asks for shop/web to be released to sre through admission web'],
  ],
  CandidateCut: [
    [
      { ...cut, origin: { kind: 'ref', ref: 'HEAD' }, previous: null, changeCount: 12 },
      'Candidate 1.8.0-rc1 of shop/web was cut at cccccccccccc "Fix the cart" from HEAD, the first of its application',
    ],
    [
      { ...cut, candidate: '1.8.0-rc2', origin: { kind: 'cherryPick', base: '1.8.0-rc1', picks: [{ from: 'd'.repeat(40), as: commit.sha }] }, previous: { candidate: '1.8.0-rc1', commit: 'e' }, changeCount: 1 },
      'Candidate 1.8.0-rc2 of shop/web was cut at cccccccccccc "Fix the cart" by cherry-picking dddddddddddd onto 1.8.0-rc1, 1 commit after 1.8.0-rc1',
    ],
  ],
  ReleaseRequested: [
    [
      { ...name, release, plan: 'shop/to-prod', planRevision: 3, target: 'sre', snapshot, author: 'person:dora', candidateAuthor: 'person:carl' },
      `Release ${release} of shop/web 1.8.0-rc1 to sre was requested through plan shop/to-prod at revision 3, with snapshot sha256:555555555555`,
    ],
  ],
  ReleaseDeployed: [[{ release, environment: 'prod', deployment: 'prod-3' }, `Release ${release} runs in prod, by deployment prod-3`]],
  ReleaseCompleted: [[{ release, environments: ['staging', 'prod'] }, `Release ${release} is complete: it runs in staging and prod`]],
  ReleaseDenied: [[{ release, environment: 'prod', reasons }, `Release ${release} was denied in prod: FROZEN: year-end closing; APPROVAL_MISSING: 1 more approval needed`]],
  ReleaseFailed: [[{ release, environment: 'prod', deployment: 'prod-3', ...failure }, `Release ${release} failed in prod, by deployment prod-3: VERIFICATION_FAILED: status 500`]],
  ReleaseErrored: [[{ release, environment: 'prod', deployment: 'prod-3', ...failure }, `Release ${release} errored in prod, by deployment prod-3: VERIFICATION_FAILED: status 500`]],
  ReleaseCancelled: [[{ release, reason: 'wrong one', by: 'person:dora' }, `Release ${release} was cancelled by person:dora: wrong one`]],

  BuildRequested: [
    [{ ...name, repository: '/srv/git/web', commit: commit.sha, components: [component], requestedBy: 'person:carl' }, 'A build of shop/web 1.8.0-rc1 at cccccccccccc was requested by person:carl'],
  ],
  BuildStarted: [[{ ...name, attempt: 1, worker: 'build-1', leaseUntil: '2026-03-01T10:00:00Z' }, 'Attempt 1 to build shop/web 1.8.0-rc1 started on build-1']],
  BuildSucceeded: [
    [
      { ...name, attempt: 1, snapshot, startedAt: '2026-03-01T10:00:00Z', finishedAt: '2026-03-01T10:01:00Z', log: 'build.log' },
      'Attempt 1 built shop/web 1.8.0-rc1: snapshot sha256:555555555555 of 1 component, provenance sha256:999999999999',
    ],
  ],
  BuildFailed: [
    [{ ...name, attempt: 1, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 2', log: 'build.log' }, 'Attempt 1 to build shop/web 1.8.0-rc1 failed in component api: RECIPE_FAILED: exit code 2'],
  ],
  BuildErrored: [
    [{ ...name, attempt: 2, code: 'REPOSITORY_UNREACHABLE', message: 'no route', log: 'build.log' }, 'Attempt 2 to build shop/web 1.8.0-rc1 errored: REPOSITORY_UNREACHABLE: no route'],
  ],

  ReleasePlanAdmissionWritten: [
    [
      { admission: 'sre/web', origin: 'shop', applications: ['web', 'api', 'cart'], environments: [{ name: 'staging', gates: [], steps: [] }, { name: 'prod', gates: [], steps: [] }] },
      'Admission sre/web admits web, api and cart of shop into staging and prod',
    ],
  ],
  ReleasePlanMatched: [
    [
      { admission: 'sre/web', admissionRevision: 4, plan: 'shop/to-prod', planRevision: 3, application: 'shop/web' },
      'Plan shop/to-prod at revision 3 and admission sre/web at revision 4 match for shop/web',
    ],
  ],
  ReleasePlanUnmatched: [
    [{ admission: 'sre/web', admissionRevision: 5, plan: 'shop/to-prod', planRevision: 3 }, 'Plan shop/to-prod at revision 3 and admission sre/web at revision 5 match no longer'],
  ],
  ReviewOpened: [
    [
      { ...name, subject, plan: 'shop/to-prod', planRevision: 3, target: 'sre', snapshot, author: 'person:dora', candidateAuthor: 'person:carl' },
      `The review of release ${release} was opened: shop/web 1.8.0-rc1, snapshot sha256:555555555555, to sre`,
    ],
  ],
  MatchAwaited: [[{ subject, reasons: [{ code: 'NO_ADMISSION', message: 'ask sre' }] }, `Release ${release} waits for an admission: NO_ADMISSION: ask sre`]],
  ReleaseMatched: [
    [
      { subject, plan: 'shop/to-prod', planRevision: 3, admission: 'sre/web', admissionRevision: 4, environments: ['staging', 'prod'] },
      `Release ${release} goes by plan shop/to-prod at revision 3 and admission sre/web at revision 4 through staging and prod`,
    ],
  ],
  EnvironmentEntered: [[{ subject, environment: 'prod' }, `The review of release ${release} for prod began`]],
  PromotionRequested: [[{ subject, environment: 'prod', by: 'person:sam' }, `Release ${release} was promoted to prod by person:sam`]],
  ApprovalGiven: [
    [{ subject, environment: 'prod', by: 'person:sam' }, `Release ${release} was approved for prod by person:sam`],
    [{ subject, environment: 'prod', by: 'person:sam', comment: 'go' }, `Release ${release} was approved for prod by person:sam: go`],
  ],
  ReviewHeld: [
    [
      { subject: { kind: 'rollback', release, target, deployment: 'prod-4' }, environment: 'prod', reasons: [reasons[0]!] },
      'Rollback prod-4 of sre/prod/shop/web waits before prod: FROZEN: year-end closing',
    ],
  ],
  ReviewDenied: [
    [{ subject, environment: 'prod', reasons: [{ code: 'REJECTED', message: 'not now' }], pins, by: 'person:sam' }, `Release ${release} was denied entry to prod by person:sam: REJECTED: not now`],
  ],
  ReviewAdmitted: [
    [
      {
        ...name,
        subject,
        environment: 'prod',
        target: 'sre',
        snapshot,
        steps: [],
        onFailure: 'stop',
        final: true,
        gates: [{ gate: 'approval', outcome: 'passed' }, { gate: 'freeze', outcome: 'excepted', exception: 'sre/law' }],
        approvedBy: ['person:sam'],
        pins,
      },
      `Release ${release} was admitted to prod with snapshot sha256:555555555555; gates: approval passed and freeze excepted by sre/law; approved by person:sam`,
    ],
  ],
  EnvironmentVerified: [
    [
      { subject, environment: 'prod', deployment: { stream: `target-${target}`, revision: 9 }, snapshotDigest: digest('5'), at: '2026-03-01T10:00:00Z' },
      `Release ${release} was verified in prod with snapshot sha256:555555555555, by event 9 of target-sre/prod/shop/web`,
    ],
  ],
  ReviewClosed: [[{ subject, reason: 'complete' }, `The review of release ${release} was closed: complete`]],
  FreezeDeclared: [
    [
      { freeze: 'sre/year-end', environments: ['prod'], from: '2026-12-20T00:00:00Z', until: null, reason: 'closing', by: 'person:sam', holdsRollbacks: true },
      'Freeze sre/year-end of prod was declared by person:sam from 2026-12-20T00:00:00Z until it is lifted, rollbacks as well: closing',
    ],
  ],
  FreezeLifted: [[{ freeze: 'sre/year-end', reason: 'done', by: 'person:sam' }, 'Freeze sre/year-end was lifted by person:sam: done']],
  ExceptionGranted: [
    [
      { exception: 'sre/law', release, environment: 'prod', gate: 'freeze', reason: 'by law', by: 'person:robin', until: '2026-12-31T00:00:00Z' },
      `Exception sre/law lets release ${release} past the freeze gate of prod until 2026-12-31T00:00:00Z, granted by person:robin: by law`,
    ],
  ],
  ExceptionRevoked: [[{ exception: 'sre/law', reason: 'repealed', by: 'person:robin' }, 'Exception sre/law was revoked by person:robin: repealed']],

  DeploymentRequested: [
    [{ ...spec, kind: 'release', final: true, review }, `Deployment prod-3 of sre/prod/shop/web was requested for release ${release}: 1.8.0-rc1, snapshot sha256:555555555555, 0 steps`],
  ],
  RollbackRequested: [
    [
      { ...spec, deployment: 'prod-4', kind: 'rollback', cites: { stream: `target-${target}`, revision: 9, deployment: 'prod-2' }, reason: 'prod-3 ended badly', by: 'service:deployment', after: 'prod-3' },
      'Rollback prod-4 of sre/prod/shop/web was requested by service:deployment after prod-3: it replays prod-2 (event 9 of target-sre/prod/shop/web: 1.8.0-rc1, snapshot sha256:555555555555): prod-3 ended badly',
    ],
  ],
  RollbackAdmitted: [[{ target, deployment: 'prod-4', pins, review }, "Rollback prod-4 of sre/prod/shop/web was admitted by today's policy sha256:bbbbbbbbbbbb"]],
  RollbackDenied: [[{ target, deployment: 'prod-4', reasons: [reasons[0]!], review }, 'Rollback prod-4 of sre/prod/shop/web was denied: FROZEN: year-end closing']],
  DeploymentStarted: [
    [{ target, deployment: 'prod-3', attempt: 1, worker: 'deployment-1', leaseUntil: '2026-03-01T10:00:00Z' }, 'Deployment prod-3 of sre/prod/shop/web started on deployment-1'],
    [{ target, deployment: 'prod-3', attempt: 2, worker: 'deployment-2', leaseUntil: '2026-03-01T10:00:00Z' }, 'Deployment prod-3 of sre/prod/shop/web was taken over by deployment-2, at start 2'],
  ],
  StepStarted: [[{ ...step, type: 'http.verify' }, 'Step verify (http.verify) of prod-3 of sre/prod/shop/web started, attempt 1']],
  StepSucceeded: [
    [{ ...step, output: { commit: 'abc' }, log: 'step.log' }, 'Step verify of prod-3 of sre/prod/shop/web succeeded at attempt 1: commit abc'],
    [{ ...step, output: {}, log: 'step.log' }, 'Step verify of prod-3 of sre/prod/shop/web succeeded at attempt 1'],
  ],
  StepFailed: [
    [{ ...step, ...failure, final: false, log: 'step.log' }, 'Step verify of prod-3 of sre/prod/shop/web failed at attempt 1, and is tried again: VERIFICATION_FAILED: status 500'],
    [{ ...step, ...failure, final: true, log: 'step.log' }, 'Step verify of prod-3 of sre/prod/shop/web failed at attempt 1, its last: VERIFICATION_FAILED: status 500'],
  ],
  DeploymentSucceeded: [[{ ...spec, kind: 'release', final: true }, 'Deployment prod-3 of sre/prod/shop/web succeeded: 1.8.0-rc1 runs there, snapshot sha256:555555555555']],
  DeploymentFailed: [
    [
      { target, deployment: 'prod-4', environment: 'prod', application: 'shop/web', release, kind: 'rollback', step: 'verify', ...failure },
      'Rollback prod-4 of sre/prod/shop/web failed in step verify: VERIFICATION_FAILED: status 500',
    ],
  ],
  DeploymentErrored: [
    [
      { target, deployment: 'prod-3', environment: 'prod', application: 'shop/web', release, kind: 'release', code: 'ARTIFACT_ALTERED', message: 'api differs' },
      'Deployment prod-3 of sre/prod/shop/web errored: ARTIFACT_ALTERED: api differs',
    ],
  ],
  DeploymentCancelled: [[{ target, deployment: 'prod-3', release, reason: 'wrong one' }, `Deployment prod-3 of sre/prod/shop/web for release ${release} left the queue: wrong one`]],
  HoldPlaced: [
    [{ target, reason: 'bad', by: 'person:sam', deployment: 'prod-4' }, 'sre/prod/shop/web was held by person:sam with rollback prod-4: releases wait until somebody lifts it: bad'],
    [{ target, reason: 'bad', by: 'person:sam' }, 'sre/prod/shop/web was held by person:sam: releases wait until somebody lifts it: bad'],
  ],
  HoldLifted: [[{ target, reason: 'good again', by: 'person:sam' }, 'The hold on sre/prod/shop/web was lifted by person:sam: good again']],
};

describe('every event in one sentence', () => {
  const examples = Object.entries(EXAMPLES).flatMap(([type, texts]) => texts.map(([data, text]) => ({ type, data, text })));

  it.each(examples)('$type: $text', ({ type, data, text }) => expect(sentence({ type, data })).toBe(text));

  it('names what it does not know', () => {
    expect(sentence({ type: 'CheckpointSigned', data: null })).toBe('CheckpointSigned (an event that this version of Slipway does not know)');
    expect(sentence({ type: 'constructor', data: {} })).toMatch(/^constructor \(/);
  });
});
