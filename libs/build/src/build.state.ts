import { never } from '@slipway/kernel';
import type { BuildEvent, BuildSubject } from './build.events.js';
import type { Snapshot } from './snapshot.js';

interface Known {
  readonly subject: BuildSubject;
  /** The newest attempt; 0 before the first. Attempts count on over failures, so that each number is used once. */
  readonly attempt: number;
}

/** Where the build of one candidate stands. */
export type BuildState =
  | { readonly phase: 'absent' }
  | (Known & { readonly phase: 'requested' })
  | (Known & { readonly phase: 'running'; readonly worker: string; readonly leaseUntil: string })
  | (Known & { readonly phase: 'succeeded'; readonly snapshot: Snapshot })
  | (Known & { readonly phase: 'failed' | 'errored' });

export const initialBuild: BuildState = { phase: 'absent' };

/** Throws TypeError for a stream that does not begin with BuildRequested. */
export function evolveBuild(state: BuildState, event: BuildEvent): BuildState {
  if (event.type === 'BuildRequested') {
    const { requestedBy: _, ...subject } = event.data;
    return { phase: 'requested', subject, attempt: attemptOf(state) };
  }
  if (state.phase === 'absent') throw new TypeError(`${event.type} before BuildRequested`);
  const { subject } = state;
  switch (event.type) {
    case 'BuildStarted': {
      const { attempt, worker, leaseUntil } = event.data;
      return { phase: 'running', subject, attempt, worker, leaseUntil };
    }
    case 'BuildSucceeded':
      return { phase: 'succeeded', subject, attempt: event.data.attempt, snapshot: event.data.snapshot };
    case 'BuildFailed':
      return { phase: 'failed', subject, attempt: event.data.attempt };
    case 'BuildErrored':
      return { phase: 'errored', subject, attempt: event.data.attempt };
    default:
      return never(event);
  }
}

const attemptOf = (state: BuildState): number => (state.phase === 'absent' ? 0 : state.attempt);
