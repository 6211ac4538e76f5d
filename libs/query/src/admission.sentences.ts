import type { GateOutcome, ReviewSubject } from '@slipway/admission/contract';
import type { AdmissionEvent } from './slipway-event.js';
import { because, list, type Sentences, short } from './words.js';

export const ADMISSION_SENTENCES: Sentences<AdmissionEvent> = {
  ReleasePlanAdmissionWritten: ({ admission, origin, applications, environments }) =>
    `Admission ${admission} admits ${list(applications)} of ${origin} into ${list(environments.map(({ name }) => name))}`,
  ReleasePlanMatched: ({ admission, admissionRevision, plan, planRevision, application }) =>
    `Plan ${plan} at revision ${planRevision} and admission ${admission} at revision ${admissionRevision} match for ${application}`,
  ReleasePlanUnmatched: ({ admission, admissionRevision, plan, planRevision }) =>
    `Plan ${plan} at revision ${planRevision} and admission ${admission} at revision ${admissionRevision} match no longer`,

  ReviewOpened: ({ subject, application, candidate, snapshot, target }) =>
    `The review of ${named(subject)} was opened: ${application} ${candidate}, snapshot ${short(snapshot.digest)}, to ${target}`,
  MatchAwaited: ({ subject, reasons }) => `${capital(named(subject))} waits for an admission: ${because(reasons)}`,
  ReleaseMatched: ({ subject, plan, planRevision, admission, admissionRevision, environments }) =>
    `${capital(named(subject))} goes by plan ${plan} at revision ${planRevision} and admission ${admission} at revision ${admissionRevision} through ${list(environments)}`,
  EnvironmentEntered: ({ subject, environment }) => `The review of ${named(subject)} for ${environment} began`,
  PromotionRequested: ({ subject, environment, by }) => `${capital(named(subject))} was promoted to ${environment} by ${by}`,
  ApprovalGiven: ({ subject, environment, by, comment }) =>
    `${capital(named(subject))} was approved for ${environment} by ${by}${comment === undefined ? '' : `: ${comment}`}`,
  ReviewHeld: ({ subject, environment, reasons }) => `${capital(named(subject))} waits before ${environment}: ${because(reasons)}`,
  ReviewDenied: ({ subject, environment, reasons, by }) =>
    `${capital(named(subject))} was denied entry to ${environment}${by === undefined ? '' : ` by ${by}`}: ${because(reasons)}`,
  ReviewAdmitted: ({ subject, environment, snapshot, gates, approvedBy }) =>
    `${capital(named(subject))} was admitted to ${environment} with snapshot ${short(snapshot.digest)}; ${passed(gates)}${approvedBy.length > 0 ? `; approved by ${list(approvedBy)}` : ''}`,
  EnvironmentVerified: ({ subject, environment, snapshotDigest, deployment }) =>
    `${capital(named(subject))} was verified in ${environment} with snapshot ${short(snapshotDigest)}, by event ${deployment.revision} of ${deployment.stream}`,
  ReviewClosed: ({ subject, reason }) => `The review of ${named(subject)} was closed: ${reason}`,

  FreezeDeclared: ({ freeze, environments, from, until, reason, by, holdsRollbacks }) =>
    `Freeze ${freeze} of ${list(environments)} was declared by ${by} from ${from} ${end(until, 'until it is lifted')}${holdsRollbacks ? ', rollbacks as well' : ''}: ${reason}`,
  FreezeLifted: ({ freeze, reason, by }) => `Freeze ${freeze} was lifted by ${by}: ${reason}`,

  ExceptionGranted: ({ exception, release, environment, gate, reason, by, until }) =>
    `Exception ${exception} lets release ${release} past the ${gate} gate of ${environment} ${end(until, 'as long as it lives')}, granted by ${by}: ${reason}`,
  ExceptionRevoked: ({ exception, reason, by }) => `Exception ${exception} was revoked by ${by}: ${reason}`,
};

const named = (subject: ReviewSubject): string =>
  subject.kind === 'release' ? `release ${subject.release}` : `rollback ${subject.deployment} of ${subject.target}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const end = (until: string | null, open: string): string => (until === null ? open : `until ${until}`);

function passed(gates: readonly GateOutcome[]): string {
  if (gates.length === 0) return 'no gate was asked';
  return `gates: ${list(gates.map(({ gate, outcome, exception }) => `${gate} ${outcome}${exception === undefined ? '' : ` by ${exception}`}`))}`;
}
