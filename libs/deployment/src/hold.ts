import { SlipwayError } from '@slipway/kernel';
import type { LiftHold, PlaceHold } from './target.commands.js';
import type { TargetEvent } from './target.events.js';
import type { TargetState } from './target.state.js';

/**
 * The first hold stays, with its reason. `deployment`: the rollback that brings it. A target that was never deployed to
 * can't be held: a mistyped name would look like safety.
 */
export function placeHold({ target, reason }: PlaceHold, by: string, state: TargetState, deployment?: string): TargetEvent[] {
  if (state.records.length === 0) throw new SlipwayError('TARGET_NOT_FOUND', `nothing was ever deployed to ${target}`);
  if (state.hold) return [];
  return [{ type: 'HoldPlaced', data: { target, reason, by, ...(deployment !== undefined && { deployment }) } }];
}

export function liftHold({ target, reason }: LiftHold, by: string, state: TargetState): TargetEvent[] {
  if (!state.hold) throw new SlipwayError('HOLD_NOT_FOUND', `${target} is not held`);
  return [{ type: 'HoldLifted', data: { target, reason, by } }];
}
