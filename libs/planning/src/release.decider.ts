import type { Snapshot } from '@slipway/build/contract';
import { type Command, type Decider, type ErrorCode, never, type Reason, SlipwayError } from '@slipway/kernel';
import type { CancelRelease, RequestRelease } from './release.commands.js';
import type { ReleaseEvent } from './release.events.js';
import type { ReleasePlanSpec } from './release-plan.events.js';

/** What a request rests on. Null: there is none. */
export interface RequestFacts {
  /** The name that the release gets. */
  readonly release: string;
  readonly plan: { readonly spec: ReleasePlanSpec; readonly revision: number };
  /** The candidate of the plan's application, by its name. */
  readonly candidate: { readonly author: string; readonly changeAuthors: readonly string[] } | null;
  /** What the candidate's build made. */
  readonly snapshot: Snapshot | null;
}

/** Outcomes that other contexts decided and that end up in the release. Sent by reactors only, never on the bus. */
export type RecordDeployed = Command<'RecordDeployed', { release: string; environment: string; deployment: string; final: boolean }>;
export type RecordDenied = Command<'RecordDenied', { release: string; environment: string; reasons: readonly Reason[] }>;
export type RecordFailed = Command<'RecordFailed', DeploymentOutcome>;
export type RecordErrored = Command<'RecordErrored', DeploymentOutcome>;

export interface DeploymentOutcome {
  readonly release: string;
  readonly environment: string;
  readonly deployment: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export type ReleaseCommand =
  | (Command<'RequestRelease', RequestRelease> & RequestFacts)
  | Command<'CancelRelease', CancelRelease>
  | RecordDeployed
  | RecordDenied
  | RecordFailed
  | RecordErrored;

export interface ReleaseState {
  /** `none`: never requested. All but `none` and `open` are ends, and an end is for good. */
  readonly status: 'none' | 'open' | 'completed' | 'denied' | 'failed' | 'errored' | 'cancelled';
  /** Where it runs, in the order in which it arrived. */
  readonly environments: readonly string[];
}

/** One release, from its request to exactly one end. */
export const releaseDecider: Decider<ReleaseCommand, ReleaseState, ReleaseEvent> = {
  initial: () => ({ status: 'none', environments: [] }),

  evolve(state, event) {
    switch (event.type) {
      case 'ReleaseRequested':
        return { ...state, status: 'open' };
      case 'ReleaseDeployed':
        return { ...state, environments: [...state.environments, event.data.environment] };
      case 'ReleaseCompleted':
        return { ...state, status: 'completed' };
      case 'ReleaseDenied':
        return { ...state, status: 'denied' };
      case 'ReleaseFailed':
        return { ...state, status: 'failed' };
      case 'ReleaseErrored':
        return { ...state, status: 'errored' };
      case 'ReleaseCancelled':
        return { ...state, status: 'cancelled' };
      default:
        return never(event);
    }
  },

  /**
   * Throws CANDIDATE_NOT_FOUND, SNAPSHOT_NOT_BUILT and COMMAND_ID_REUSED for a request, RELEASE_ENDED for a cancel,
   * and RELEASE_NOT_FOUND for all the rest.
   */
  decide(command, state) {
    switch (command.type) {
      case 'RequestRelease':
        return request(command, state);
      case 'CancelRelease':
        return cancel(command, state);
      case 'RecordDeployed':
        return isOpen(state, command.data.release) ? deployed(command.data, state) : [];
      case 'RecordDenied':
        return isOpen(state, command.data.release) ? [{ type: 'ReleaseDenied', data: command.data }] : [];
      case 'RecordFailed':
        return isOpen(state, command.data.release) ? [{ type: 'ReleaseFailed', data: command.data }] : [];
      case 'RecordErrored':
        return isOpen(state, command.data.release) ? [{ type: 'ReleaseErrored', data: command.data }] : [];
      default:
        return never(command);
    }
  },
};

function request(command: Extract<ReleaseCommand, { type: 'RequestRelease' }>, state: ReleaseState): ReleaseEvent[] {
  const { release, plan, candidate, snapshot, actor } = command;
  const { application, target, admission } = plan.spec;
  // The name is made from the command's id, so a second request under it is another command with the same id.
  if (state.status !== 'none') throw new SlipwayError('COMMAND_ID_REUSED', `release ${release} was requested before; request again with a new command id`);
  if (!candidate) throw new SlipwayError('CANDIDATE_NOT_FOUND', `${application} has no candidate ${command.data.candidate}`);
  if (!snapshot) throw new SlipwayError('SNAPSHOT_NOT_BUILT', `${application} ${command.data.candidate} has no snapshot yet; its build must succeed first`);
  return [
    {
      type: 'ReleaseRequested',
      data: {
        release,
        application,
        candidate: command.data.candidate,
        plan: plan.spec.plan,
        planRevision: plan.revision,
        target,
        ...(admission !== undefined && { admission }),
        snapshot,
        author: actor,
        candidateAuthor: candidate.author,
        changeAuthors: candidate.changeAuthors,
      },
    },
  ];
}

function cancel({ data, actor }: Command<'CancelRelease', CancelRelease>, state: ReleaseState): ReleaseEvent[] {
  if (!isOpen(state, data.release)) throw new SlipwayError('RELEASE_ENDED', `release ${data.release} is ${state.status} already`);
  return [{ type: 'ReleaseCancelled', data: { release: data.release, reason: data.reason, by: actor } }];
}

function deployed({ release, environment, deployment, final }: RecordDeployed['data'], state: ReleaseState): ReleaseEvent[] {
  const isNew = !state.environments.includes(environment);
  const environments = isNew ? [...state.environments, environment] : state.environments;
  const events: ReleaseEvent[] = isNew ? [{ type: 'ReleaseDeployed', data: { release, environment, deployment } }] : [];
  return final ? [...events, { type: 'ReleaseCompleted', data: { release, environments } }] : events;
}

/** False once it ended: outcomes are delivered late and more than once, and the first end stands. Throws RELEASE_NOT_FOUND. */
function isOpen(state: ReleaseState, release: string): boolean {
  if (state.status === 'none') throw new SlipwayError('RELEASE_NOT_FOUND', `there is no release ${release}`);
  return state.status === 'open';
}
