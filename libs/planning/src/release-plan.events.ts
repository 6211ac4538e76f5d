import { type DomainEvent, streamOf } from '@slipway/kernel';

/** Stream `releasePlan-<workspace>/<name>`. The event's revision in it is the plan's revision. */
export const releasePlanStream = (plan: string): string => streamOf('releasePlan-', plan);

export interface ReleasePlanSpec {
  /** `workspace/name`. */
  readonly plan: string;
  /** `workspace/name`, of the same workspace as the plan. */
  readonly application: string;
  /** The managed workspace that shall release it. */
  readonly target: string;
  /** Name of the admission in the target, where several would match. */
  readonly admission?: string;
}

export type ReleasePlanWritten = DomainEvent<'ReleasePlanWritten', ReleasePlanSpec>;

export type ReleasePlanEvent = ReleasePlanWritten;
