import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { HostDeployStep } from '@slipway/deployment/contract';
import { canonicalJson, SlipwayError } from '@slipway/kernel';
import { HostProcess } from './host-process.js';
import { HostReleases } from './host-release.js';
import type { StepContext, StepResult } from './step-context.js';

const KEEP = 5;

/**
 * Puts the component's artifacts into a release of their own, makes it the current one, and replaces the process. Each
 * part looks first at what is there, so that doing it again after a crash changes nothing, and does not restart a process
 * that runs what it should. Throws STEP_FAILED, ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED.
 */
export async function deployToHost(step: HostDeployStep, { spec, artifacts }: StepContext, signal: AbortSignal): Promise<StepResult> {
  const directory = resolve(step.directory);
  const component = spec.snapshot.components.find(({ name }) => name === step.component);
  if (!component) throw new SlipwayError('STEP_FAILED', `the snapshot ${spec.snapshot.digest} has no component ${step.component}`);
  const releases = new HostReleases(directory);
  const name = component.digest.slice('sha256:'.length);
  try {
    await releases.add(name, (folder) => artifacts.unpackComponent(component.digest, folder));
    signal.throwIfAborted();
    await releases.flip(name);
    const output = await replaceProcess(step, directory, name);
    await releases.prune(step.keep ?? KEEP);
    return { output: { digest: component.digest, release: `${directory}/releases/${name}`, ...output } };
  } catch (error) {
    throw asFailure(error);
  }
}

/** Without a command, what an earlier version of the step started must not stay either. */
async function replaceProcess(step: HostDeployStep, directory: string, release: string): Promise<Record<string, string>> {
  const host = new HostProcess(directory);
  const { command, environment = {} } = step;
  if (!command) {
    await host.stop();
    return {};
  }
  if (process.platform !== 'linux') throw new SlipwayError('STEP_FAILED', 'host.deploy with a command needs Linux: it tells processes apart by /proc');
  const fingerprint = createHash('sha256').update(canonicalJson({ release, command, environment })).digest('hex');
  const running = await host.running(fingerprint);
  if (running !== undefined) return { process: 'kept', pid: String(running) };
  await host.stop();
  const pid = await host.start({ command, environment, fingerprint });
  return { process: 'started', pid: String(pid) };
}

/** A full disk or a missing right is something of the target's, for its owners to read. */
function asFailure(error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new SlipwayError('STEP_FAILED', message, [], { cause: error });
}
