import { appendFile } from 'node:fs/promises';
import { type Component, type Recipe, RECIPE_DEFAULTS } from '@slipway/build';
import { type ErrorCode, never, SlipwayError } from '@slipway/kernel';
import { type Isolation, runCommand, type RunLimits, type RunResult } from '@slipway/process-runner';
import type { Attempt } from './attempt.js';
import type { NetworkRule } from './build.config.js';
import { recipeFolder } from './recipe-folder.js';

/** Of the recipe's output, what a failure quotes. The whole is in the log. */
const LAST_LINES = 20;

/** What the build service allows recipes. */
export interface RecipeRules {
  readonly isolation: Isolation;
  readonly network: NetworkRule;
}

/**
 * Runs one component's recipe in the attempt's checkout and waits for its end. When `signal` aborts, the recipe is ended
 * and the signal's reason is thrown.
 *
 * Throws RECIPE_FAILED, RECIPE_TIMED_OUT, RECIPE_OUTPUT_LIMIT, RECIPE_DISK_LIMIT, RECIPE_MEMORY_LIMIT,
 * RECIPE_LEFT_PROCESSES, RECIPE_NOT_STARTED, RECIPE_NETWORK_DENIED, PATH_OUTSIDE_CHECKOUT, SANDBOX_UNAVAILABLE.
 */
export async function runRecipe({ name, recipe }: Component, attempt: Attempt, rules: RecipeRules, signal: AbortSignal): Promise<void> {
  const { timeoutSeconds, outputLimitBytes } = { ...RECIPE_DEFAULTS, ...recipe };
  const network = mayReachNetwork(recipe, rules.network);
  const cwd = await recipeFolder(attempt.checkout, recipe.directory);
  await appendFile(attempt.log, `== ${name}: ${recipe.command.join(' ')}\n`);
  const result = await runCommand({
    command: recipe.command,
    cwd,
    environment: { ...baseEnvironment(attempt), ...recipe.environment },
    timeoutMs: timeoutSeconds * 1_000,
    outputLimitBytes,
    logFile: attempt.log,
    signal,
    runId: attempt.folder,
    confinement: { isolation: rules.isolation, writable: [attempt.checkout, attempt.home, attempt.temporary], network },
  });
  signal.throwIfAborted();
  const failure = failureOf(result, { timeoutSeconds, outputLimitBytes, ...rules.isolation.limits });
  if (failure) throw new SlipwayError(failure.code, `${recipe.command.join(' ').slice(0, 200)}: ${failure.message}${lastLines(result)}`);
}

function mayReachNetwork({ network = false }: Recipe, rule: NetworkRule): boolean {
  if (network && rule === 'none') throw new SlipwayError('RECIPE_NETWORK_DENIED', 'the recipe asks for the network, and this build service gives it to none (SLIPWAY_BUILD_NETWORK)');
  return network || rule === 'all';
}

/** All that a recipe sees of our environment. Credentials of the service must not reach what a repository runs. */
function baseEnvironment(attempt: Attempt): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    HOME: attempt.home,
    TMPDIR: attempt.temporary,
  };
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

function failureOf(result: RunResult, limits: RunLimits & { timeoutSeconds: number; outputLimitBytes: number }): Failure | undefined {
  switch (result.outcome) {
    case 'notStarted':
      return { code: 'RECIPE_NOT_STARTED', message: 'it could not be started' };
    case 'timedOut':
      return { code: 'RECIPE_TIMED_OUT', message: `it was ended after its time limit of ${limits.timeoutSeconds} s` };
    case 'outputLimit':
      return { code: 'RECIPE_OUTPUT_LIMIT', message: `it was ended after its output limit of ${limits.outputLimitBytes} bytes` };
    case 'diskLimit':
      return { code: 'RECIPE_DISK_LIMIT', message: `it was ended after its disk limit of ${limits.diskBytes} bytes` };
    case 'memoryLimit':
      return { code: 'RECIPE_MEMORY_LIMIT', message: `it was ended after its memory limit of ${limits.memoryBytes} bytes` };
    case 'signalled':
      return { code: 'RECIPE_FAILED', message: `it was ended by ${result.signal}` };
    case 'exited':
      if (result.exitCode !== 0) return { code: 'RECIPE_FAILED', message: `it ended with exit code ${result.exitCode}` };
      if (result.leftProcesses) return { code: 'RECIPE_LEFT_PROCESSES', message: 'it left processes running, which were ended' };
      return undefined;
    case 'aborted':
      throw new TypeError('a recipe was aborted without a signal');
    default:
      return never(result.outcome);
  }
}

function lastLines({ tail }: RunResult): string {
  const lines = tail.trimEnd().split('\n').slice(-LAST_LINES);
  return lines.join('') === '' ? '' : `\n${lines.join('\n')}`;
}
