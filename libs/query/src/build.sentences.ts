import type { BuildEvent } from '@slipway/build/contract';
import { because, count, type Sentences, short } from './words.js';

export const BUILD_SENTENCES: Sentences<BuildEvent> = {
  BuildRequested: ({ application, candidate, commit, requestedBy }) =>
    `A build of ${application} ${candidate} at ${short(commit)} was requested by ${requestedBy}`,
  BuildStarted: ({ application, candidate, attempt, worker }) => `Attempt ${attempt} to build ${application} ${candidate} started on ${worker}`,
  BuildSucceeded: ({ application, candidate, attempt, snapshot }) =>
    `Attempt ${attempt} built ${application} ${candidate}: snapshot ${short(snapshot.digest)} of ${count(snapshot.components.length, 'component')}, provenance ${short(snapshot.provenance)}`,
  BuildFailed: ({ application, candidate, attempt, component, code, message }) =>
    `Attempt ${attempt} to build ${application} ${candidate} failed in component ${component}: ${because([{ code, message }])}`,
  BuildErrored: ({ application, candidate, attempt, code, message }) =>
    `Attempt ${attempt} to build ${application} ${candidate} errored: ${because([{ code, message }])}`,
};
