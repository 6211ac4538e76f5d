import { type RunStep, STEP_DEFAULTS } from '@slipway/deployment/contract';
import { type ErrorCode, never, SlipwayError } from '@slipway/kernel';
import { runCommand, type RunLimits, type RunResult } from '@slipway/process-runner';
import { lastLines } from './last-lines.js';
import { processEnvironment } from './process-environment.js';
import { redact } from './redact.js';
import type { StepContext, StepResult } from './step-context.js';

/** Bytes of stdout and stderr together. */
export const RUN_OUTPUT_LIMIT = 16 * 1024 * 1024;
/** The signal tells the time limit. The runner's own comes so much later, so that one of the two says it. */
const AFTER_SIGNAL_MS = 10_000;

/**
 * Runs the command in the attempt's own folder, apart from the machine but for its network, with nothing of the service's
 * environment. Throws STEP_FAILED, STEP_TIMED_OUT, STEP_OUTPUT_LIMIT, STEP_DISK_LIMIT, STEP_MEMORY_LIMIT, SECRET_NOT_FOUND,
 * SANDBOX_UNAVAILABLE; the message ends with the last lines of the output.
 */
export async function run(step: RunStep, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { workDirectory, logFile, runId, isolation } = context;
  const secrets = await readSecrets(step, context);
  const result = await runCommand({
    command: step.command,
    cwd: workDirectory,
    environment: processEnvironment(workDirectory, { ...step.environment, ...secrets }),
    timeoutMs: (step.timeoutSeconds ?? STEP_DEFAULTS.timeoutSeconds) * 1_000 + AFTER_SIGNAL_MS,
    outputLimitBytes: RUN_OUTPUT_LIMIT,
    logFile,
    runId,
    signal,
    confinement: { isolation, writable: [workDirectory], network: true },
  });
  const failure = failureOf(result, isolation.limits);
  if (failure) throw new SlipwayError(failure.code, redact(`${step.command[0]} ${failure.message}${lastLines(result.tail)}`, Object.values(secrets)));
  return { output: {} };
}

async function readSecrets({ secrets = {} }: RunStep, context: StepContext): Promise<Record<string, string>> {
  const entries = Object.entries(secrets).map(async ([variable, reference]) => [variable, await context.secrets.read(reference)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

function failureOf(result: RunResult, limits: RunLimits): Failure | undefined {
  switch (result.outcome) {
    case 'notStarted':
      return { code: 'STEP_FAILED', message: 'could not be started' };
    case 'timedOut':
    case 'aborted':
      return { code: 'STEP_TIMED_OUT', message: 'was ended' };
    case 'outputLimit':
      return { code: 'STEP_OUTPUT_LIMIT', message: `was ended after ${RUN_OUTPUT_LIMIT} bytes of output` };
    case 'diskLimit':
      return { code: 'STEP_DISK_LIMIT', message: `was ended after its disk limit of ${limits.diskBytes} bytes` };
    case 'memoryLimit':
      return { code: 'STEP_MEMORY_LIMIT', message: `was ended after its memory limit of ${limits.memoryBytes} bytes` };
    case 'signalled':
      return { code: 'STEP_FAILED', message: `was ended by ${result.signal}` };
    case 'exited':
      if (result.exitCode !== 0) return { code: 'STEP_FAILED', message: `ended with exit code ${result.exitCode}` };
      // They were ended, so that whoever meant to start a server must learn that it does not run.
      return result.leftProcesses ? { code: 'STEP_FAILED', message: 'left processes running, which were ended; host.deploy starts what is to stay' } : undefined;
    default:
      return never(result.outcome);
  }
}
