import type { Command } from '@slipway/kernel';
import type { BuildCommand, RequestBuildCommand } from './build.decider.js';
import type { BuildEvent, BuildSubject } from './build.events.js';
import type { Snapshot } from './snapshot.js';
import type { ErrorBuild, FailBuild, StartBuild, SucceedBuild } from './worker.commands.js';

// Commands and facts of one candidate, for the specs.

export const AT = '2026-03-01T10:00:00.000Z';
const LOG = 'logs/acme/shop/1.0.0-rc1/1.log';

const name = { application: 'acme/shop', candidate: '1.0.0-rc1' };

export const subject: BuildSubject = {
  ...name,
  repository: '/srv/git/shop',
  commit: 'c'.repeat(40),
  components: [
    { name: 'api', recipe: { command: ['make', 'api'], outputs: ['api.tar'], timeoutSeconds: 60 } },
    { name: 'web', recipe: { command: ['make', 'web'], outputs: ['web'] } },
  ],
};

/** 60 s and the default 600 s of the recipes, and 300 s of grace, after AT. */
export const LEASE = '2026-03-01T10:16:00.000Z';

const snapshotOf = (attempt: number): Snapshot => ({
  digest: `sha256:${String(attempt).padStart(64, '0')}`,
  ...name,
  commit: subject.commit,
  components: [],
  provenance: `sha256:${'b'.repeat(64)}`,
});

function command<T extends string, D>(type: T, data: D, at = AT): Command<T, D> {
  return { type, data, actor: 'person:alice', at };
}

export const request = (): RequestBuildCommand => ({ ...command('RequestBuild', name), subject });
export const start = (worker: string, at = AT): Command<'StartBuild', StartBuild> => command('StartBuild', { worker }, at);
export const succeed = (attempt: number): Command<'SucceedBuild', SucceedBuild> =>
  command('SucceedBuild', { attempt, snapshot: snapshotOf(attempt), startedAt: AT, log: LOG });
export const fail = (attempt: number): Command<'FailBuild', FailBuild> =>
  command('FailBuild', { attempt, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 2', log: LOG });
export const error = (attempt: number): Command<'ErrorBuild', ErrorBuild> =>
  command('ErrorBuild', { attempt, code: 'REPOSITORY_UNREACHABLE', message: 'no route to host', log: LOG });

export const outcomes: Record<'succeed' | 'fail' | 'error', (attempt: number) => BuildCommand> = { succeed, fail, error };

export const requested: BuildEvent = { type: 'BuildRequested', data: { ...subject, requestedBy: 'person:alice' } };
export const started = (attempt: number, worker = 'build-1'): BuildEvent => ({
  type: 'BuildStarted',
  data: { ...name, attempt, worker, leaseUntil: LEASE },
});
export const succeeded = (attempt: number): BuildEvent => ({
  type: 'BuildSucceeded',
  data: { ...name, attempt, snapshot: snapshotOf(attempt), startedAt: AT, finishedAt: AT, log: LOG },
});
export const failed = (attempt: number): BuildEvent => ({
  type: 'BuildFailed',
  data: { ...name, attempt, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 2', log: LOG },
});
export const errored = (attempt: number): BuildEvent => ({
  type: 'BuildErrored',
  data: { ...name, attempt, code: 'REPOSITORY_UNREACHABLE', message: 'no route to host', log: LOG },
});
