import type { DeploymentSpec } from './target.events.js';
import type { TargetState } from './target.state.js';

/** A deployment that may be started, or taken over, now. */
export interface Work {
  readonly spec: DeploymentSpec;
  /** The number that this start will have; above 1 it takes over. */
  readonly attempt: number;
}

/**
 * What a worker may take at an instant; undefined: nothing.
 *
 * A running deployment comes first, and is free when its lease has run out or when the worker held it before a restart.
 * Then admitted rollbacks, then releases in the order of their requests, and those only without a hold. A worker must not
 * ask for the target that it deploys to at the moment: by its name alone it could not be told from its own earlier life.
 *
 * @param at ISO 8601
 */
export function nextWork(state: TargetState, worker: string, at: string): Work | undefined {
  const { running } = state;
  if (running) {
    const free = running.worker === worker || Date.parse(running.leaseUntil) <= Date.parse(at);
    return free ? { spec: running.spec, attempt: running.attempt + 1 } : undefined;
  }
  const next =
    state.queue.find(({ kind, admitted }) => kind === 'rollback' && admitted) ??
    (state.hold ? undefined : state.queue.find(({ kind }) => kind === 'release'));
  return next && { spec: next.spec, attempt: 1 };
}
