import { appendFile } from 'node:fs/promises';
import { type RunStep, STEP_DEFAULTS } from '@slipway/deployment/contract';
import { type ErrorCode, never, SlipwayError } from '@slipway/kernel';
import { runCommand, type RunLimits, type RunResult } from '@slipway/process-runner';
import { lastLines } from './last-lines.js';
import { isLongEnough, SHORTEST } from './mask/shapes.js';
import { processEnvironment } from './process-environment.js';
import { withSecretFiles } from './secrets/secret-files.js';
import type { StepContext, StepResult } from './step-context.js';

/** Bytes of stdout and stderr together. */
const RUN_OUTPUT_LIMIT = 16 * 1024 * 1024;
/** The signal tells the time limit. The runner's own comes so much later, so that one of the two says it. */
const AFTER_SIGNAL_MS = 10_000;

/**
 * Runs the command in the attempt's own folder, apart from the machine but for its network, with nothing of the service's
 * environment, and hides the secrets in what it prints. Throws STEP_FAILED, STEP_TIMED_OUT, STEP_OUTPUT_LIMIT,
 * STEP_DISK_LIMIT, STEP_MEMORY_LIMIT, SECRET_NOT_FOUND, SECRET_UNAVAILABLE, SANDBOX_UNAVAILABLE; the message ends with the
 * last lines of the output.
 */
export async function run(step: RunStep, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  const [variables, files] = await Promise.all([readSecrets(step.secrets, context), readSecrets(step.secretFiles, context)]);
  const { mask, workDirectory, logFile, runId, isolation } = context;
  mask.add([...Object.values(variables), ...Object.values(files)]);
  await warnOfShortOnes(step, { ...variables, ...files }, logFile);
  const result = await withSecretFiles(workDirectory, files, (paths) =>
    runCommand({
      command: step.command,
      cwd: workDirectory,
      environment: processEnvironment(workDirectory, { ...step.environment, ...variables, ...paths }),
      timeoutMs: (step.timeoutSeconds ?? STEP_DEFAULTS.timeoutSeconds) * 1_000 + AFTER_SIGNAL_MS,
      outputLimitBytes: RUN_OUTPUT_LIMIT,
      logFile,
      filter: () => mask.open(),
      runId,
      signal,
      confinement: { isolation, writable: [workDirectory], network: true },
    }),
  );
  const failure = failureOf(result, isolation.limits);
  if (failure) throw new SlipwayError(failure.code, `${step.command[0]} ${failure.message}${lastLines(result.tail)}`);
  return { output: {} };
}

async function readSecrets(references: Readonly<Record<string, string>> = {}, { secrets }: StepContext): Promise<Record<string, string>> {
  const entries = Object.entries(references).map(async ([variable, reference]) => [variable, await secrets.read(reference)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** They can't be hidden. Whoever wrote the admission finds it here. */
async function warnOfShortOnes({ secrets, secretFiles }: RunStep, values: Readonly<Record<string, string>>, logFile: string): Promise<void> {
  const short = Object.entries({ ...secrets, ...secretFiles }).filter(([variable]) => values[variable] !== '' && !isLongEnough(values[variable]!));
  const lines = short.map(([, reference]) => `== warning: secret ${reference} is shorter than ${SHORTEST} characters and is not masked in this log\n`);
  if (lines.length > 0) await appendFile(logFile, lines.join(''));
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
