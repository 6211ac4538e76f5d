import { appendFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Step } from '@slipway/deployment';
import type { DeploymentConfig } from './deployment.config.js';

/** Where all attempts of a replica work. What is in it when the replica starts was left by a crash. */
export const workRoot = (data: string): string => join(data, 'work');

/** One attempt at one step, and its places on disk. */
export class Attempt {
  readonly log: string;
  readonly folder: string;
  /**
   * Marks the processes of the attempt. Made of what names it, so that whoever takes over on this machine finds them; and
   * of the artifact store, which replicas share and other installations do not.
   */
  readonly runId: string;

  constructor(
    config: DeploymentConfig,
    { target, deployment }: { readonly target: string; readonly deployment: string },
    index: number,
    readonly step: Step,
    readonly number: number,
  ) {
    const place = join(target, deployment, `${index + 1}-${step.name}-${number}`);
    this.log = join(config.SLIPWAY_DATA, 'logs', `${place}.log`);
    this.folder = join(workRoot(config.SLIPWAY_DATA), place);
    this.runId = `${config.SLIPWAY_ARTIFACTS}:${place}`;
  }

  /** An empty folder, and a log that says what begins. */
  async prepare(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
    await mkdir(dirname(this.log), { recursive: true });
    await this.note(`${this.step.name} (${this.step.type}), attempt ${this.number}`);
  }

  async note(text: string): Promise<void> {
    await appendFile(this.log, `== ${text}\n`);
  }
}
