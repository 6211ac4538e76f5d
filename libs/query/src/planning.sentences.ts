import type { ApplicationSpec, CandidateCut, CandidateOrigin, ReleaseFailed } from '@slipway/planning/contract';
import type { PlanningEvent } from './slipway-event.js';
import { because, count, list, type Sentences, short } from './words.js';

export const PLANNING_SENTENCES: Sentences<PlanningEvent> = {
  ApplicationRegistered: (data) => `Application ${data.application} was registered: ${spec(data)}`,
  ApplicationChanged: (data) => `Application ${data.application} was changed: ${spec(data)}`,

  ReleasePlanWritten: ({ plan, application, target, admission }) =>
    `Plan ${plan} asks for ${application} to be released to ${target}${admission === undefined ? '' : ` through admission ${admission}`}`,

  CandidateCut: (data) =>
    `Candidate ${data.candidate} of ${data.application} was cut at ${short(data.commit.sha)} "${data.commit.subject}" ${origin(data.origin)}${since(data)}`,

  ReleaseRequested: ({ release, application, candidate, snapshot, plan, planRevision, target }) =>
    `Release ${release} of ${application} ${candidate} to ${target} was requested through plan ${plan} at revision ${planRevision}, with snapshot ${short(snapshot.digest)}`,
  ReleaseDeployed: ({ release, environment, deployment }) => `Release ${release} runs in ${environment}, by deployment ${deployment}`,
  ReleaseCompleted: ({ release, environments }) => `Release ${release} is complete: it runs in ${list(environments)}`,
  ReleaseDenied: ({ release, environment, reasons }) => `Release ${release} was denied in ${environment}: ${because(reasons)}`,
  ReleaseFailed: (data) => `Release ${data.release} failed in ${ended(data)}`,
  ReleaseErrored: (data) => `Release ${data.release} errored in ${ended(data)}`,
  ReleaseCancelled: ({ release, reason, by }) => `Release ${release} was cancelled by ${by}: ${reason}`,
};

const spec = ({ repository, mainline, components }: ApplicationSpec): string =>
  `repository ${repository}, mainline ${mainline}, ${components.length === 1 ? 'component' : 'components'} ${list(components.map(({ name }) => name))}`;

function origin(from: CandidateOrigin): string {
  if (from.kind === 'ref') return `from ${from.ref}`;
  return `by cherry-picking ${list(from.picks.map((pick) => short(pick.from)))} onto ${from.base}`;
}

const since = ({ previous, changeCount }: CandidateCut['data']): string =>
  previous ? `, ${count(changeCount, 'commit')} after ${previous.candidate}` : ', the first of its application';

const ended = ({ environment, deployment, code, message }: ReleaseFailed['data']): string =>
  `${environment}, by deployment ${deployment}: ${because([{ code, message }])}`;
