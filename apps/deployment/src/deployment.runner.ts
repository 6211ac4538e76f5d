import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { backoffBefore, type DeploymentSpec, type RunningDeployment, type Step } from '@slipway/deployment';
import { codeOf } from '@slipway/kernel';
import { type Logger, LOGGER } from '@slipway/service-kit';
import type { SecretMask } from '@slipway/steps';
import { Attempt } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';
import { faultOf, type StepFault } from './step-outcome.js';
import { StepRunner } from './step.runner.js';
import { Targets } from './targets.js';
import { type Work, WorkRecorder } from './work-recorder.js';

interface WorkInHand extends Work {
  readonly spec: DeploymentSpec;
  /** Knows the secrets of all steps so far. */
  readonly mask: SecretMask;
}

/** Carries a deployment that was taken through its steps, from where it stands. */
@Injectable()
export class DeploymentRunner {
  constructor(
    private readonly config: DeploymentConfig,
    private readonly targets: Targets,
    private readonly recorder: WorkRecorder,
    private readonly steps: StepRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the deployment has ended, when another worker has it, or when `work.signal` aborted: then nothing is
   * recorded, and whoever takes over goes on at the step that has no outcome.
   *
   * @throws when the log could not be read or written for too long.
   */
  async run(work: Work): Promise<void> {
    try {
      const { running } = await this.targets.load(work.target);
      if (running?.token === work.token) await this.runSteps(work, running);
    } catch (error) {
      if (work.signal.aborted) return;
      if (codeOf(error) !== 'DEPLOYMENT_TOKEN_STALE') throw error;
      this.logger.warn({ err: error, target: work.target, deployment: work.deployment }, 'another worker took the deployment over');
    }
  }

  private async runSteps(work: Work, { spec, step: first, failures }: RunningDeployment): Promise<void> {
    if (!(await this.verify(work, spec))) return;
    const mask = await this.steps.mask(spec, first);
    for (const [index, step] of spec.steps.entries()) {
      if (index < first) continue;
      if (!(await this.runStep({ ...work, spec, mask }, index, step, index === first ? failures : 0))) return;
    }
  }

  /**
   * Before the first step, and again after a takeover. Bytes that are not what was built are no failure of the
   * deployment's steps: none of them may touch such bytes, so the deployment ends as errored.
   */
  private async verify(work: Work, spec: DeploymentSpec): Promise<boolean> {
    try {
      await this.steps.verifyArtifacts(spec);
      return true;
    } catch (error) {
      work.signal.throwIfAborted();
      this.logger.error({ err: error, target: work.target, deployment: work.deployment }, 'the artifacts of a deployment are not intact');
      return this.end(work, faultOf(error));
    }
  }

  /** Attempt by attempt; `failures` have been made already. False: the deployment has ended. */
  private async runStep(work: WorkInHand, index: number, step: Step, failures: number): Promise<boolean> {
    for (let number = failures + 1; ; number++) {
      work.signal.throwIfAborted();
      if (number > 1) await sleep(backoffBefore(step, number) * 1_000, undefined, { signal: work.signal });
      const attempt = new Attempt(this.config, work.spec, index, step, number);
      await this.recorder.record(work, { type: 'StartStep', data: { ...holderOf(work), step: index } });
      const fault = await this.attempt(work, index, attempt);
      if (!fault) return true;
      const { kind, code, message } = fault;
      if (kind === 'errored') return this.end(work, fault);
      const facts = await this.recorder.record(work, { type: 'FailStep', data: { ...holderOf(work), step: index, code, message, log: attempt.log } });
      if (facts.some(({ type }) => type === 'DeploymentFailed')) return false;
    }
  }

  /** Undefined: it succeeded, and that is recorded. */
  private async attempt(work: WorkInHand, index: number, attempt: Attempt): Promise<StepFault | undefined> {
    let output: Readonly<Record<string, string>>;
    try {
      ({ output } = await this.steps.run(work.spec, attempt, work.mask, work.signal));
    } catch (error) {
      work.signal.throwIfAborted();
      const fault = faultOf(error);
      const { target, deployment } = work;
      this.logger[fault.kind === 'failed' ? 'info' : 'error']({ err: error, target, deployment, step: attempt.step.name, attempt: attempt.number }, `a step ${fault.kind}`);
      return fault;
    }
    await this.recorder.record(work, { type: 'SucceedStep', data: { ...holderOf(work), step: index, output, log: attempt.log } });
    return undefined;
  }

  private async end(work: Work, { code, message }: StepFault): Promise<false> {
    await this.recorder.record(work, { type: 'ErrorDeployment', data: { ...holderOf(work), code, message } });
    return false;
  }
}

const holderOf = ({ target, deployment, token }: Work) => ({ target, deployment, token });
