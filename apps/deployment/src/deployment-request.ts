import type { ReviewAdmitted } from '@slipway/admission/contract';
import { type RequestDeployment, targetName } from '@slipway/deployment';
import type { RecordedEvent } from '@slipway/event-store';

/** The request that follows from a release's admission. `target` of the review is the managed workspace. */
export function requestOf({ stream, revision, data }: RecordedEvent<ReviewAdmitted>): RequestDeployment {
  const { subject, environment, application, candidate, snapshot, steps, onFailure, final, pins } = data;
  return {
    target: targetName(data.target, environment, application),
    environment,
    application,
    candidate,
    release: subject.release,
    snapshot,
    steps,
    onFailure,
    final,
    pins,
    review: { stream, revision },
  };
}
