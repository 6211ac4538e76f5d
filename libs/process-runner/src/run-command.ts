import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { endProcesses, goneWithin } from './end-processes.js';
import type { RunMark } from './find-processes.js';
import { assertAllowed, type Isolation } from './isolation.js';
import { OutputLog, PASS } from './output-log.js';
import type { RunOutcome, RunResult, RunSpec } from './run-spec.js';
import { type Child, startCommand } from './start-command.js';
import { StopSwitch } from './stop-switch.js';
import { UsageWatch } from './usage-watch.js';

const KEEP_BYTES = 4_096;
/** A shell does not wait for its last pipe (`> >(tee log)`): what ends by itself this soon was not left behind. */
const SETTLE_MS = 250;
/** With all processes gone, the rest of their output is read within this time. */
const DRAIN_MS = 2_000;

/**
 * Runs a command as a process group of its own and ends all of it: SIGTERM, 2 s later SIGKILL. How the command fared is
 * the result, not an exception; it rejects only for faults of ours (the log cannot be written, `onStarted` failed,
 * SANDBOX_UNAVAILABLE).
 */
export async function runCommand(spec: RunSpec): Promise<RunResult> {
  const begin = performance.now();
  const stop = new StopSwitch();
  if (spec.confinement) await checkIsolation(spec.confinement.isolation, spec.logFile);
  const output = await OutputLog.open(spec.logFile, { limitBytes: spec.outputLimitBytes, keepBytes: spec.keep ?? KEEP_BYTES, filter: spec.filter ?? PASS }, stop);
  const ending = await run(spec, stop, output).finally(() => output.close());
  return { ...NOTHING, tail: output.tail, outputBytes: output.bytes, ...ending, durationMs: performance.now() - begin };
}

/** The log says what the run was not protected by. */
async function checkIsolation(isolation: Isolation, logFile: string): Promise<void> {
  assertAllowed(isolation);
  if (isolation.missing !== undefined) await appendFile(logFile, `== not in a sandbox: ${isolation.missing}\n`);
}

type Ending = Partial<RunResult> & { outcome: RunOutcome };

const NOTHING = { exitCode: null, signal: null, leftProcesses: false };

async function run(spec: RunSpec, stop: StopSwitch, output: OutputLog): Promise<Ending> {
  if (spec.signal?.aborted) return { outcome: 'aborted' };
  const runId = spec.runId ?? randomUUID();
  const child = await startCommand(spec, runId);
  if (typeof child === 'string') return { outcome: 'notStarted', tail: child };

  const disarm = stop.arm(spec.timeoutMs, spec.signal);
  const watch = spec.confinement && new UsageWatch(child.pid, spec.confinement, stop);
  try {
    const ending = await supervise(child, { runId, processGroup: child.pid }, spec, stop, output);
    return (await watch?.end()) && isOwn(ending) ? { ...ending, outcome: 'diskLimit' } : ending;
  } finally {
    disarm();
    watch?.stop();
  }
}

async function supervise(child: Child, mark: RunMark, spec: RunSpec, stop: StopSwitch, output: OutputLog): Promise<Ending> {
  output.take(child.stdout);
  output.take(child.stderr);
  const announced = announce(child, spec);
  announced.catch((error: Error) => stop.pull(error));

  const cause = await Promise.race([child.exit.then(() => undefined), stop.pulled]);
  if (cause !== undefined) await endProcesses(mark);
  const { exitCode, signal } = await exitOf(child);
  const left = cause === undefined && [await endLeftovers(mark), await child.leftProcesses].includes(true);
  const drained = await output.ended(DRAIN_MS);
  await announced;
  if (cause instanceof Error) throw cause;
  return { outcome: cause ?? outcomeOf(output, signal), exitCode, signal, leftProcesses: left || (cause === undefined && !drained) };
}

async function announce(child: Child, spec: RunSpec): Promise<void> {
  await spec.onStarted?.(child.pid);
}

async function endLeftovers(mark: RunMark): Promise<boolean> {
  if (await goneWithin(mark, SETTLE_MS)) return false;
  return (await endProcesses(mark)) > 0;
}

/** Whether the command ended before we did anything about it. */
const isOwn = ({ outcome }: Ending): boolean => outcome === 'exited' || outcome === 'signalled';

function outcomeOf(output: OutputLog, signal: NodeJS.Signals | null): RunOutcome {
  // The last of the output may be read after the command has ended.
  if (output.full) return 'outputLimit';
  if (signal === 'SIGXFSZ') return 'diskLimit';
  return signal === null ? 'exited' : 'signalled';
}

type Exit = Pick<RunResult, 'exitCode' | 'signal'>;

/** In a sandbox a shell stands between, which can tell a signal only by 128 and its number. */
async function exitOf(child: Child): Promise<Exit> {
  const [exitCode, signal] = await child.exit;
  if (child.leftProcesses === undefined) return { exitCode, signal };
  const [name] = Object.entries(constants.signals).find(([, number]) => exitCode === 128 + number) ?? [];
  return name === undefined ? { exitCode, signal } : { exitCode: null, signal: name as NodeJS.Signals };
}
