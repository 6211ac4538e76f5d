import { codeOf, type Command, fold } from '@slipway/kernel';
import type { AdmitRollback, CancelDeployment, DenyRollback, RequestDeployment } from './reactor.commands.js';
import type { Step } from './step.js';
import { type TargetCommand, targetDecider } from './target.decider.js';
import { type DeploymentSpec, type Pins, type TargetEvent, targetStream } from './target.events.js';
import type { ErrorDeployment, FailStep } from './worker.commands.js';

// Commands and facts of one target, for the specs.

export const AT = '2026-03-01T10:00:00.000Z';
/** 60 s, twice 30 s with 1 s between, and 60 s of grace, after AT. */
export const LEASE = '2026-03-01T10:03:01.000Z';
export const LOG = 'logs/step.log';

export const target = 'prod/live/acme/shop';
export const stream = targetStream(target);

const steps: readonly Step[] = [
  { name: 'deploy', type: 'run', command: ['true'], timeoutSeconds: 60 },
  { name: 'verify', type: 'http.verify', url: 'http://127.0.0.1/', timeoutSeconds: 30, attempts: 2 },
];

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const pinsOf = (snapshot: string, policy = 'p'): Pins => ({
  plan: 'acme/shop-to-prod',
  planRevision: 0,
  admission: 'prod/shop',
  admissionRevision: 2,
  policyDigest: digest(policy),
  snapshotDigest: digest(snapshot),
  stepsDigest: digest('e'),
});

/** The release of a snapshot named by one hexadecimal letter. */
export const specOf = (snapshot: string, deployment: string, changes: Partial<DeploymentSpec> = {}): DeploymentSpec => ({
  deployment,
  target,
  environment: 'live',
  application: 'acme/shop',
  candidate: `1.0.0-rc${parseInt(snapshot, 16)}`,
  release: `acme/shop-${snapshot}`,
  snapshot: {
    digest: digest(snapshot),
    application: 'acme/shop',
    candidate: `1.0.0-rc${parseInt(snapshot, 16)}`,
    commit: snapshot.repeat(40),
    components: [{ name: 'web', digest: digest(snapshot), artifacts: [] }],
    provenance: digest('f'),
  },
  steps,
  onFailure: 'stop',
  pins: pinsOf(snapshot),
  ...changes,
});

const review = (of: string) => ({ stream: `review-${of}`, revision: 3 });

function command<T extends string, D>(type: T, data: D, at = AT, actor = 'person:alice'): Command<T, D> {
  return { type, data, actor, at };
}

export function request(snapshot: string, changes: Partial<DeploymentSpec> = {}): Command<'RequestDeployment', RequestDeployment> {
  const { deployment: _, ...spec } = specOf(snapshot, '', changes);
  return command('RequestDeployment', { ...spec, final: true, review: review(spec.release) });
}
export const cancel = (snapshot: string): Command<'CancelDeployment', CancelDeployment> =>
  command('CancelDeployment', { target, release: `acme/shop-${snapshot}`, reason: 'not needed' });
export const rollBack = (to?: string): TargetCommand => command('RollBack', { target, reason: 'too slow', ...(to !== undefined && { to }) });
export const admit = (deployment: string, snapshot: string): Command<'AdmitRollback', AdmitRollback> =>
  command('AdmitRollback', { target, deployment, pins: pinsOf(snapshot, 'd'), review: review(`${target}/${deployment}`) });
export const deny = (deployment: string): Command<'DenyRollback', DenyRollback> =>
  command('DenyRollback', { target, deployment, reasons: [{ code: 'TOO_OLD', message: 'too old' }], review: review(`${target}/${deployment}`) });
export const hold = (): TargetCommand => command('PlaceHold', { target, reason: 'incident 7' });
export const lift = (): TargetCommand => command('LiftHold', { target, reason: 'over' });

export const start = (worker = 'deployment-1', at = AT): TargetCommand => command('StartDeployment', { target, worker }, at);
export const startStep = (deployment: string, token: number, step: number): TargetCommand => command('StartStep', { target, deployment, token, step });
export const succeedStep = (deployment: string, token: number, step: number): TargetCommand =>
  command('SucceedStep', { target, deployment, token, step, output: { tries: '1' }, log: LOG });
export const failStep = (deployment: string, token: number, step: number): Command<'FailStep', FailStep> =>
  command('FailStep', { target, deployment, token, step, code: 'VERIFICATION_FAILED', message: 'answered 500', log: LOG });
export const error = (deployment: string, token: number): Command<'ErrorDeployment', ErrorDeployment> =>
  command('ErrorDeployment', { target, deployment, token, code: 'ARTIFACT_ALTERED', message: 'web is not what was built' });

/** A history that the decider wrote itself, command by command. */
export class History {
  readonly events: TargetEvent[] = [];

  constructor(...commands: readonly TargetCommand[]) {
    for (const each of commands) this.play(each);
  }

  play(given: TargetCommand): TargetEvent[] {
    const events = this.when(given);
    this.events.push(...events);
    return events;
  }

  /** What the command gives, without writing it down. */
  when(given: TargetCommand): TargetEvent[] {
    return targetDecider.decide(given, fold(targetDecider, this.events));
  }

  refusal(given: TargetCommand): string {
    try {
      this.when(given);
    } catch (thrown) {
      return codeOf(thrown);
    }
    return 'none';
  }

  /** Deploys a release, or an admitted rollback, up to its success. */
  succeed(deployment: string): this {
    return this.succeedFrom(deployment, this.started());
  }

  succeedFrom(deployment: string, token: number): this {
    for (const step of steps.keys()) {
      this.play(startStep(deployment, token, step));
      this.play(succeedStep(deployment, token, step));
    }
    return this;
  }

  /** Deploys it up to the failure of its last attempt to verify. */
  fail(deployment: string): TargetEvent[] {
    const token = this.started();
    this.play(startStep(deployment, token, 0));
    this.play(succeedStep(deployment, token, 0));
    this.play(startStep(deployment, token, 1));
    this.play(failStep(deployment, token, 1));
    this.play(startStep(deployment, token, 1));
    return this.play(failStep(deployment, token, 1));
  }

  /** Starts what is next and gives its token. */
  started(worker?: string, at?: string): number {
    expect(this.play(start(worker, at))).toMatchObject([{ type: 'DeploymentStarted' }]);
    return this.events.length - 1;
  }

  /** Releases these snapshots one after the other. */
  static of(...snapshots: readonly string[]): History {
    const history = new History();
    snapshots.forEach((snapshot, index) => {
      history.play(request(snapshot));
      history.succeed(`live-${index + 1}`);
    });
    return history;
  }
}
