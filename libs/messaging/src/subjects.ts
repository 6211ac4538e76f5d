import * as admission from '@slipway/admission/contract';
import * as build from '@slipway/build/contract';
import * as deployment from '@slipway/deployment/contract';
import { STREAMS } from '@slipway/kernel';
import * as planning from '@slipway/planning/contract';
import * as query from '@slipway/query/contract';

/** A command or query class. Its name gives the subject's last word: `CutCandidate` → `cut-candidate`. */
export type MessageClass<T extends object = object> = new () => T;

/** The map of the bus: which service answers which command. */
export const COMMANDS = {
  planning: [planning.RegisterApplication, planning.WriteReleasePlan, planning.CutCandidate, planning.CherryPick, planning.RequestRelease, planning.CancelRelease],
  admission: [
    admission.WriteReleasePlanAdmission,
    admission.ApproveRelease,
    admission.RejectRelease,
    admission.PromoteRelease,
    admission.DeclareFreeze,
    admission.LiftFreeze,
    admission.GrantException,
    admission.RevokeException,
  ],
  build: [build.RequestBuild],
  deployment: [deployment.RollBack, deployment.PlaceHold, deployment.LiftHold],
} as const satisfies Record<string, readonly MessageClass[]>;

/** And which service answers which query. */
export const QUERIES = {
  query: [
    query.ListApplications,
    query.ListPlans,
    query.ListAdmissions,
    query.ListFreezes,
    query.ListCandidates,
    query.ShowCandidate,
    query.ListReleases,
    query.ReleaseTimeline,
    query.EnvironmentMatrix,
    query.TargetHistory,
    query.WaitingList,
  ],
  audit: [query.AuditTrail, query.AuditLog, query.AuditState],
  build: [build.ShowBuilder],
} as const satisfies Record<string, readonly MessageClass[]>;

/** Services that keep read models, and answer `RebuildViews`. */
export const SERVICES_WITH_VIEWS = ['admission', 'build', 'deployment', 'query', 'audit'] as const;

export type ServiceName = keyof typeof COMMANDS | keyof typeof QUERIES;

const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

const SUBJECTS = new Map<MessageClass, string>();
for (const [service, types] of Object.entries(COMMANDS)) for (const type of types) SUBJECTS.set(type, `slipway.v1.${service}.command.${kebab(type.name)}`);
for (const [service, types] of Object.entries(QUERIES)) for (const type of types) SUBJECTS.set(type, `slipway.v1.${service}.query.${kebab(type.name)}`);

/** The subject on which a command or query is asked. */
export function subjectOf(type: MessageClass): string {
  const subject = SUBJECTS.get(type);
  if (!subject) throw new TypeError(`${type.name} is not in the map of subjects`);
  return subject;
}

/** Every subject on which a service answers, with its message class. */
export const allSubjects = (): ReadonlyMap<MessageClass, string> => SUBJECTS;

export const rebuildSubject = (service: string): string => `slipway.v1.${service}.command.rebuild-views`;

/** Where a committed fact is published, under the workspace that its stream is named by: `slipway.v1.event.acme.candidate.candidate-cut`. */
export const factSubject = (stream: string, type: string): string => `slipway.v1.event.${workspaceIn(stream)}.${category(stream)}.${kebab(type)}`;

/** All facts of the streams with a prefix, of one workspace or of all: `slipway.v1.event.*.candidate.*`. */
export const factSubjects = (prefix: string, workspace = '*'): string => `slipway.v1.event.${workspace}.${category(prefix)}.*`;

/** Facts of every category, each as a subject of its own: nobody may subscribe to `slipway.v1.event.>`. */
export const allFactSubjects = (): string[] =>
  Object.values(STREAMS)
    .flat()
    .map((prefix) => factSubjects(prefix));

const category = (stream: string): string => stream.slice(0, stream.indexOf('-'));
/** The first word behind the category: `sre` of `target-sre/prod/acme/shop` and of `freeze-sre`. */
const workspaceIn = (stream: string): string => stream.slice(stream.indexOf('-') + 1).split('/', 1)[0]!;
