import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { endProcesses, goneWithin } from './end-processes.js';
import type { RunMark } from './find-processes.js';
import { OutputLog, PASS } from './output-log.js';
import type { RunOutcome, RunResult, RunSpec } from './run-spec.js';
import { type Child, startCommand } from './start-command.js';
import { type StopCause, StopSwitch } from './stop-switch.js';

const KEEP_BYTES = 4_096;
/** A shell does not wait for its last pipe (`> >(tee log)`): what ends by itself this soon was not left behind. */
const SETTLE_MS = 250;
/** With all processes gone, the rest of their output is read within this time. */
const DRAIN_MS = 2_000;

/**
 * Runs a command as a process group of its own and ends all of it: SIGTERM, 2 s later SIGKILL. How the command fared is
 * the result, not an exception; it rejects only for faults of ours (the log cannot be written, `onStarted` failed).
 */
export async function runCommand(spec: RunSpec): Promise<RunResult> {
  const begin = performance.now();
  const stop = new StopSwitch();
  const output = await OutputLog.open(spec.logFile, { limitBytes: spec.outputLimitBytes, keepBytes: spec.keep ?? KEEP_BYTES, filter: spec.filter ?? PASS }, stop);
  const ending = await run(spec, stop, output).finally(() => output.close());
  return { ...NOTHING, tail: output.tail, outputBytes: output.bytes, ...ending, durationMs: performance.now() - begin };
}

type Ending = Partial<RunResult> & { outcome: RunOutcome };

const NOTHING = { exitCode: null, signal: null, leftProcesses: false };

async function run(spec: RunSpec, stop: StopSwitch, output: OutputLog): Promise<Ending> {
  if (spec.signal?.aborted) return { outcome: 'aborted' };
  const runId = spec.runId ?? randomUUID();
  const child = await startCommand(spec, runId);
  if (typeof child === 'string') return { outcome: 'notStarted', tail: child };

  const disarm = stop.arm(spec.timeoutMs, spec.signal);
  try {
    return await supervise(child, { runId, processGroup: child.pid }, spec, stop, output);
  } finally {
    disarm();
  }
}

async function supervise(child: Child, mark: RunMark, spec: RunSpec, stop: StopSwitch, output: OutputLog): Promise<Ending> {
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  output.take(child.stdout);
  output.take(child.stderr);
  const announced = announce(child, spec);
  announced.catch((error: Error) => stop.pull(error));

  const cause = await Promise.race([exit.then(() => undefined), stop.pulled]);
  if (cause !== undefined) await endProcesses(mark);
  const [exitCode, signal] = await exit;
  const left = cause === undefined && (await endLeftovers(mark));
  const drained = await output.ended(DRAIN_MS);
  await announced;
  if (cause instanceof Error) throw cause;
  return { outcome: outcomeOf(cause, output, signal), exitCode, signal, leftProcesses: left || (cause === undefined && !drained) };
}

async function announce(child: Child, spec: RunSpec): Promise<void> {
  await spec.onStarted?.(child.pid);
}

async function endLeftovers(mark: RunMark): Promise<boolean> {
  if (await goneWithin(mark, SETTLE_MS)) return false;
  return (await endProcesses(mark)) > 0;
}

function outcomeOf(cause: Exclude<StopCause, Error> | undefined, output: OutputLog, signal: NodeJS.Signals | null): RunOutcome {
  if (cause !== undefined) return cause;
  // The last of the output may be read after the command has ended.
  if (output.full) return 'outputLimit';
  return signal === null ? 'exited' : 'signalled';
}
