import { canonicalJson, type Command, type Decider, never, type Reason, SlipwayError } from '@slipway/kernel';
import type { AdmissionAt } from './matching.js';
import { faultOf } from './policy-language.js';
import type { RecordMatch, RecordUnmatch } from './reactor.commands.js';
import type { WriteReleasePlanAdmission } from './release-plan-admission.commands.js';
import type { ReleasePlanAdmissionEvent, ReleasePlanAdmissionSpec } from './release-plan-admission.events.js';

export type ReleasePlanAdmissionCommand = Command<'WriteReleasePlanAdmission', WriteReleasePlanAdmission> | RecordMatch | RecordUnmatch;

export interface ReleasePlanAdmissionState {
  /** As it was last written; null: never. */
  readonly current: AdmissionAt | null;
  /** Matched plans, and the revisions at which they were. */
  readonly matches: Readonly<Record<string, { readonly planRevision: number; readonly admissionRevision: number }>>;
}

export const releasePlanAdmissionDecider: Decider<ReleasePlanAdmissionCommand, ReleasePlanAdmissionState, ReleasePlanAdmissionEvent> = {
  initial: () => ({ current: null, matches: {} }),

  evolve(state, event, revision) {
    switch (event.type) {
      case 'ReleasePlanAdmissionWritten':
        return { ...state, current: { spec: event.data, revision } };
      case 'ReleasePlanMatched': {
        const { plan, planRevision, admissionRevision } = event.data;
        return { ...state, matches: { ...state.matches, [plan]: { planRevision, admissionRevision } } };
      }
      case 'ReleasePlanUnmatched': {
        const { [event.data.plan]: _gone, ...matches } = state.matches;
        return { ...state, matches };
      }
      default:
        return never(event);
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'WriteReleasePlanAdmission':
        return write(command.data, state);
      case 'RecordMatch':
        return recordMatch(command.data, state);
      case 'RecordUnmatch':
        return recordUnmatch(command.data, state);
      default:
        return never(command);
    }
  },
};

function write({ admission, origin, applications, environments, trust }: WriteReleasePlanAdmission, state: ReleasePlanAdmissionState): ReleasePlanAdmissionEvent[] {
  const spec: ReleasePlanAdmissionSpec = { admission, origin, applications, environments, ...(trust && { trust }) };
  const faults = policyFaults(spec);
  if (faults.length > 0) {
    throw new SlipwayError('POLICY_INVALID', `admission ${admission} has policies that can't be asked: ${faults.map(({ message }) => message.split('\n', 1)).join('; ')}`, faults);
  }
  const unchanged = state.current !== null && canonicalJson(state.current.spec) === canonicalJson(spec);
  return unchanged ? [] : [{ type: 'ReleasePlanAdmissionWritten', data: spec }];
}

/** A policy is parsed when it is written, so that its author hears of a slip, and not the next release. */
function policyFaults(spec: ReleasePlanAdmissionSpec): Reason[] {
  return spec.environments.flatMap((environment) =>
    environment.gates.flatMap((gate) =>
      gate.type !== 'policy'
        ? []
        : gate.rules.flatMap((rule) => {
            const fault = faultOf(rule.expression);
            return fault === null ? [] : [{ code: rule.code, message: `${rule.code}: ${fault}`, at: `${environment.name}/${gate.name}` }];
          }),
    ),
  );
}

function recordMatch({ plan, planRevision, application }: RecordMatch['data'], state: ReleasePlanAdmissionState): ReleasePlanAdmissionEvent[] {
  const { spec, revision: admissionRevision } = written(state);
  const known = state.matches[plan];
  // A late delivery must not bring back an older revision of the plan.
  if (known && known.admissionRevision === admissionRevision && known.planRevision >= planRevision) return [];
  return [{ type: 'ReleasePlanMatched', data: { admission: spec.admission, admissionRevision, plan, planRevision, application } }];
}

function recordUnmatch({ plan, planRevision }: RecordUnmatch['data'], state: ReleasePlanAdmissionState): ReleasePlanAdmissionEvent[] {
  const { spec, revision: admissionRevision } = written(state);
  const known = state.matches[plan];
  if (!known || known.planRevision > planRevision) return [];
  return [{ type: 'ReleasePlanUnmatched', data: { admission: spec.admission, admissionRevision, plan, planRevision } }];
}

function written(state: ReleasePlanAdmissionState): AdmissionAt {
  if (!state.current) throw new SlipwayError('ADMISSION_NOT_FOUND', 'a match can only be recorded on an admission that was written');
  return state.current;
}
