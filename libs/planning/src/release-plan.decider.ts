import { canonicalJson, type Command, type Decider, never, SlipwayError, splitName } from '@slipway/kernel';
import type { WriteReleasePlan } from './release-plan.commands.js';
import type { ReleasePlanEvent, ReleasePlanSpec } from './release-plan.events.js';

export type ReleasePlanCommand = Command<'WriteReleasePlan', WriteReleasePlan>;

/** Null: never written. */
export type ReleasePlanState = {
  /** As it was written last. */
  readonly spec: ReleasePlanSpec;
  /** Of the event that wrote it last: the plan's own revision. */
  readonly revision: number;
  /** Each application that the plan ever spoke of, today's last. */
  readonly applications: readonly string[];
} | null;

/** The tenant's key of the two: which application shall go to which managed workspace. */
export const releasePlanDecider: Decider<ReleasePlanCommand, ReleasePlanState, ReleasePlanEvent> = {
  initial: () => null,

  evolve(state, event, revision) {
    switch (event.type) {
      case 'ReleasePlanWritten': {
        const { application } = event.data;
        const others = (state?.applications ?? []).filter((each) => each !== application);
        return { spec: event.data, revision, applications: [...others, application] };
      }
      default:
        return never(event.type);
    }
  },

  /** Throws INVALID_COMMAND for an application of another workspace: a tenant consents only for what is its own. */
  decide(command, state) {
    switch (command.type) {
      case 'WriteReleasePlan':
        return write(command.data, state);
      default:
        return never(command.type);
    }
  },
};

function write({ plan, application, target, admission }: WriteReleasePlan, state: ReleasePlanState): ReleasePlanEvent[] {
  if (splitName(plan).workspace !== splitName(application).workspace) {
    const message = `plan ${plan} and application ${application} are not of the same workspace`;
    throw new SlipwayError('INVALID_COMMAND', message, [{ code: 'sameWorkspace', message, at: 'application' }]);
  }
  const spec: ReleasePlanSpec = { plan, application, target, ...(admission !== undefined && { admission }) };
  if (state !== null && canonicalJson(spec) === canonicalJson(state.spec)) return [];
  return [{ type: 'ReleasePlanWritten', data: spec }];
}
