/** How a code leaves Slipway: HTTP status, exit code of the command line, and whether the same call may succeed later. */
export interface ErrorKind {
  readonly status: number;
  readonly exit: number;
  readonly retry: boolean;
}

const usage: ErrorKind = { status: 400, exit: 2, retry: false };
const denied: ErrorKind = { status: 422, exit: 3, retry: false };
const notAllowed: ErrorKind = { status: 403, exit: 4, retry: false };
const notFound: ErrorKind = { status: 404, exit: 5, retry: false };
const conflict: ErrorKind = { status: 409, exit: 6, retry: false };
const timedOut: ErrorKind = { status: 504, exit: 7, retry: true };
const fault: ErrorKind = { status: 500, exit: 1, retry: false };
const unavailable: ErrorKind = { status: 503, exit: 1, retry: true };
const failed: ErrorKind = { status: 422, exit: 1, retry: false };

/** The closed set of codes. Every refusal, failure and fault that a user meets has one of these. */
export const ERRORS = {
  // the call itself
  MALFORMED_MESSAGE: usage,
  MALFORMED_MANIFEST: usage,
  INVALID_COMMAND: usage,
  UNKNOWN_SUBJECT: notFound,
  ACTOR_MALFORMED: { status: 401, exit: 4, retry: false },
  ASSERTION_MISSING: { status: 401, exit: 4, retry: false },
  ASSERTION_INVALID: { status: 401, exit: 4, retry: false },
  ASSERTION_REPLAYED: { status: 401, exit: 4, retry: false },
  NOT_ALLOWED: notAllowed,
  NOT_SIGNED_IN: { status: 401, exit: 4, retry: false },
  TOKEN_NOT_FOUND: notFound,
  ROUTE_NOT_FOUND: notFound,
  BODY_TOO_LARGE: { status: 413, exit: 2, retry: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, exit: 2, retry: false },
  RATE_LIMITED: { status: 429, exit: 1, retry: true },
  BUS_REFUSED: notAllowed,
  EVENT_STORE_REFUSED: notAllowed,
  COMMAND_ID_REUSED: conflict,
  CONCURRENT_CHANGE: { ...conflict, retry: true },
  TIMED_OUT: timedOut,
  UNAVAILABLE: unavailable,
  STREAM_TAKEN: fault,
  INTERNAL: fault,

  // planning
  APPLICATION_NOT_FOUND: notFound,
  PLAN_NOT_FOUND: notFound,
  CANDIDATE_NOT_FOUND: notFound,
  RELEASE_NOT_FOUND: notFound,
  SNAPSHOT_NOT_BUILT: conflict,
  RELEASE_ENDED: conflict,
  REF_NOT_FOUND: notFound,
  REPOSITORY_UNREACHABLE: { status: 502, exit: 1, retry: true },
  CHERRY_PICK_CONFLICT: conflict,
  CHERRY_PICK_EMPTY: conflict,
  GIT_PUSH_REFUSED: { status: 502, exit: 1, retry: true },
  GIT_FAILED: fault,

  // build
  BUILD_NOT_FOUND: notFound,
  BUILD_LEASE_LOST: conflict,
  RECIPE_FAILED: failed,
  RECIPE_TIMED_OUT: failed,
  RECIPE_OUTPUT_LIMIT: failed,
  RECIPE_DISK_LIMIT: failed,
  RECIPE_MEMORY_LIMIT: failed,
  RECIPE_LEFT_PROCESSES: failed,
  RECIPE_NETWORK_DENIED: failed,
  RECIPE_NOT_STARTED: failed,
  OUTPUT_MISSING: failed,
  PATH_OUTSIDE_CHECKOUT: failed,
  ARTIFACT_NOT_FOUND: notFound,
  ARTIFACT_ALTERED: conflict,

  // admission
  ADMISSION_NOT_FOUND: notFound,
  REVIEW_NOT_FOUND: notFound,
  REVIEW_ENDED: conflict,
  ENVIRONMENT_NOT_FOUND: notFound,
  ENVIRONMENT_NOT_READY: conflict,
  APPROVER_NOT_A_PERSON: notAllowed,
  APPROVER_IS_AUTHOR: notAllowed,
  EXCEPTION_BY_AUTHOR: notAllowed,
  FREEZE_NOT_FOUND: notFound,
  FREEZE_EXISTS: conflict,
  EXCEPTION_NOT_FOUND: notFound,
  EXCEPTION_EXISTS: conflict,
  POLICY_INVALID: usage,
  TRUST_INVALID: usage,
  REVIEW_DENIED: denied,

  // deployment
  TARGET_NOT_FOUND: notFound,
  DEPLOYMENT_NOT_FOUND: notFound,
  DEPLOYMENT_IN_PROGRESS: conflict,
  NOTHING_TO_ROLL_BACK_TO: conflict,
  HOLD_NOT_FOUND: notFound,
  DEPLOYMENT_LEASE_LOST: conflict,
  DEPLOYMENT_TOKEN_STALE: conflict,
  STEP_FAILED: failed,
  STEP_TIMED_OUT: failed,
  STEP_OUTPUT_LIMIT: failed,
  STEP_DISK_LIMIT: failed,
  STEP_MEMORY_LIMIT: failed,
  SECRET_NOT_FOUND: failed,
  SECRET_UNAVAILABLE: { status: 502, exit: 1, retry: true },
  VERIFICATION_FAILED: failed,
  RELEASE_CANCELLED: conflict,

  // platform
  CONFIG_INVALID: { status: 500, exit: 2, retry: false },
  NATS_SERVER_MISSING: { status: 503, exit: 1, retry: false },
  SANDBOX_UNAVAILABLE: { status: 503, exit: 1, retry: false },
  DATA_DIRECTORY_IN_USE: { status: 503, exit: 6, retry: false },
  AMBIGUOUS_NAME: usage,

  // the tools of the embedded event store
  EVENT_STORE_NOT_FOUND: notFound,
  EVENT_STORE_CONFLICT: conflict,
  EVENT_STORE_FAILED: failed,
  FILE_NOT_FOUND: notFound,
  USER_NOT_FOUND: notFound,
  USER_CONFLICT: conflict,
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** One reason among several: which code, in words, and where (a field's path, a gate's name, a file). */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly at?: string;
}

/** A command that can't be considered, work that failed, or a fault of ours: always with a code and a way out. */
export class SlipwayError extends Error {
  override readonly name = 'SlipwayError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly reasons: readonly Reason[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The form in which an error crosses the bus and HTTP (RFC 9457, problem+json). */
export interface Problem {
  readonly type: string;
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly reasons?: readonly Reason[];
}

/** Any thrown value as a problem. What is not a SlipwayError is ours: its text stays in the log, not in the answer. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof SlipwayError ? error : new SlipwayError('INTERNAL', 'Slipway could not do its part; the service log has the cause');
  return {
    type: `https://slipway.dev/errors/${known.code}`,
    code: known.code,
    status: ERRORS[known.code].status,
    title: known.code.toLowerCase().replaceAll('_', ' '),
    detail: known.message,
    ...(known.reasons.length > 0 && { reasons: known.reasons }),
  };
}

/** The error that a problem stood for, on the other side of a wire. */
export function fromProblem(problem: Problem): SlipwayError {
  const code: ErrorCode = problem.code in ERRORS ? problem.code : 'INTERNAL';
  return new SlipwayError(code, problem.detail, problem.reasons);
}

/** The code that a thrown value stands for. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof SlipwayError ? error.code : 'INTERNAL';
}
