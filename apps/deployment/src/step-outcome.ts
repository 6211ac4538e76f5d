import { type ErrorCode, SlipwayError, toProblem } from '@slipway/kernel';

export interface StepFault {
  /** `failed`: the step's work did not succeed, and may be tried again. `errored`: Slipway could not do its own part. */
  readonly kind: 'failed' | 'errored';
  readonly code: ErrorCode;
  readonly message: string;
}

/** What Slipway itself owes to a step: intact artifacts, a sandbox where it is required, and no faults of its own. */
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ARTIFACT_ALTERED', 'ARTIFACT_NOT_FOUND', 'INTERNAL', 'SANDBOX_UNAVAILABLE']);

/** What an error during a deployment means for it. The text of an unknown one stays in the service's log. */
export function faultOf(error: unknown): StepFault {
  const { code, detail: message } = toProblem(error);
  return { kind: error instanceof SlipwayError && !OURS.has(code) ? 'failed' : 'errored', code, message };
}
