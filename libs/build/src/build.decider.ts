import { type Command, type Decider, never, SlipwayError } from '@slipway/kernel';
import type { RequestBuild } from './build.commands.js';
import type { BuildEvent, BuildSubject } from './build.events.js';
import { type BuildState, evolveBuild, initialBuild } from './build.state.js';
import { leaseUntil } from './lease.js';
import { nextWork } from './work.js';
import type { ErrorBuild, FailBuild, StartBuild, SucceedBuild } from './worker.commands.js';

/** `subject` is looked up: it is pinned from the candidate's CandidateCut event. */
export type RequestBuildCommand = Command<'RequestBuild', RequestBuild> & { readonly subject: BuildSubject };

export type BuildCommand =
  | RequestBuildCommand
  | Command<'StartBuild', StartBuild>
  | Command<'SucceedBuild', SucceedBuild>
  | Command<'FailBuild', FailBuild>
  | Command<'ErrorBuild', ErrorBuild>;

type Running = Extract<BuildState, { phase: 'running' }>;

/**
 * Builds a candidate once. One attempt is current at a time and only it may end the build; after a success nothing
 * changes any more, so that a candidate has one snapshot for ever.
 *
 * Errors: BUILD_NOT_FOUND (nothing was requested), BUILD_LEASE_LOST (an outcome of an attempt that is not current).
 */
export const buildDecider: Decider<BuildCommand, BuildState, BuildEvent> = {
  initial: () => initialBuild,
  evolve: evolveBuild,
  decide(command, state) {
    switch (command.type) {
      case 'RequestBuild':
        return request(command, state);
      case 'StartBuild':
        return start(command, state);
      case 'SucceedBuild': {
        const { attempt, snapshot, startedAt, log } = command.data;
        const data = { ...nameOf(current(state, attempt)), attempt, snapshot, startedAt, finishedAt: command.at, log };
        return [{ type: 'BuildSucceeded', data }];
      }
      case 'FailBuild': {
        const { attempt, component, code, message, log } = command.data;
        return [{ type: 'BuildFailed', data: { ...nameOf(current(state, attempt)), attempt, component, code, message, log } }];
      }
      case 'ErrorBuild': {
        const { attempt, code, message, log } = command.data;
        return [{ type: 'BuildErrored', data: { ...nameOf(current(state, attempt)), attempt, code, message, log } }];
      }
      default:
        return never(command);
    }
  },
};

function request(command: RequestBuildCommand, state: BuildState): BuildEvent[] {
  switch (state.phase) {
    case 'absent':
    case 'failed':
    case 'errored':
      return [{ type: 'BuildRequested', data: { ...command.subject, requestedBy: command.actor } }];
    case 'requested':
    case 'running':
    case 'succeeded':
      return [];
    default:
      return never(state);
  }
}

function start(command: Command<'StartBuild', StartBuild>, state: BuildState): BuildEvent[] {
  if (state.phase === 'absent') throw notFound();
  const { worker } = command.data;
  const work = nextWork(state, worker, command.at);
  if (!work) return [];
  const lease = leaseUntil(work.subject.components, command.at);
  return [{ type: 'BuildStarted', data: { ...nameOf(state), attempt: work.attempt, worker, leaseUntil: lease } }];
}

/** The running build, if `attempt` is the one that runs. An outcome that comes late must not count. */
function current(state: BuildState, attempt: number): Running {
  if (state.phase === 'absent') throw notFound();
  if (state.phase === 'running' && state.attempt === attempt) return state;
  const now = state.phase === 'running' ? `attempt ${state.attempt} runs now` : `the build is ${state.phase}`;
  const { application, candidate } = state.subject;
  throw new SlipwayError('BUILD_LEASE_LOST', `attempt ${attempt} of ${application} ${candidate} can't end the build: ${now}`);
}

function nameOf({ subject }: { readonly subject: BuildSubject }): { application: string; candidate: string } {
  return { application: subject.application, candidate: subject.candidate };
}

const notFound = (): SlipwayError => new SlipwayError('BUILD_NOT_FOUND', 'no build was requested for this candidate');
