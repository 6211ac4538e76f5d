import type { Reason } from '@slipway/kernel';
import type { ReasonCode } from './reason-code.js';
import type { ReleasePlanAdmissionSpec } from './release-plan-admission.events.js';

/** An admission as it was written at a revision of its stream. */
export interface AdmissionAt {
  readonly spec: ReleasePlanAdmissionSpec;
  readonly revision: number;
}

/** The tenant's half: what a plan asks for. */
export interface PlanHalf {
  readonly plan: string;
  /** `workspace/name`. */
  readonly application: string;
  /** The managed workspace. */
  readonly target: string;
  /** Name of the admission in the target, where the plan names one. */
  readonly admission?: string;
}

export type Matching = { readonly matched: AdmissionAt } | { readonly waiting: readonly Reason[] };

/** Two keys: the plan names the workspace (and perhaps the admission), the admission names the origin and the application. */
export function matchPlan(plan: PlanHalf, admissions: readonly AdmissionAt[]): Matching {
  const inTarget = admissions.filter(({ spec }) => spec.admission.startsWith(`${plan.target}/`));
  return plan.admission === undefined ? chosenByAdmissions(plan, inTarget) : namedByPlan(plan, plan.admission, inTarget);
}

function namedByPlan(plan: PlanHalf, name: string, admissions: readonly AdmissionAt[]): Matching {
  const qualified = `${plan.target}/${name}`;
  const named = admissions.find(({ spec }) => spec.admission === qualified);
  if (!named) return waiting('NO_ADMISSION', `plan ${plan.plan} names admission ${qualified}, which is not written; ask ${plan.target} to write it`);
  if (admits(named.spec, plan.application)) return { matched: named };
  return waiting(
    'ADMISSION_NAMES_OTHERS',
    `admission ${qualified} admits ${listed(named.spec)}, not ${plan.application}; ask ${plan.target} to add it, or name another admission in plan ${plan.plan}`,
  );
}

function chosenByAdmissions(plan: PlanHalf, admissions: readonly AdmissionAt[]): Matching {
  const [first, ...others] = admissions.filter(({ spec }) => admits(spec, plan.application));
  if (!first) return waiting('NO_ADMISSION', `no admission in ${plan.target} admits ${plan.application}; ask ${plan.target} to write one that names it`);
  if (others.length === 0) return { matched: first };
  const names = [first, ...others].map(({ spec }) => spec.admission).sort();
  return waiting('AMBIGUOUS_ADMISSION', `${names.join(' and ')} all admit ${plan.application}; name one of them as "admission" in plan ${plan.plan}`);
}

/** The managed half: it names the application's origin and the application. */
export const admits = (spec: ReleasePlanAdmissionSpec, application: string): boolean =>
  spec.applications.some((name) => `${spec.origin}/${name}` === application);

const listed = (spec: ReleasePlanAdmissionSpec): string => spec.applications.map((name) => `${spec.origin}/${name}`).join(', ');

const waiting = (code: ReasonCode, message: string): Matching => ({ waiting: [{ code, message }] });
