import { StoreUnavailable } from '../storage/group-commit.js';
import { CallError, Status } from '../transport/call-error.js';
import { ANY, NO_STREAM } from './append-codec.js';

/** A call's failure with the trailers that tell the client which of its errors to throw. */
function exception(code: number, message: string, name: string, extra: Record<string, string> = {}): CallError {
  return new CallError(code, message, { exception: name, ...extra });
}

/** What a caller is told of any error. */
export function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  if (error instanceof StoreUnavailable) return unavailable(error.message);
  return new CallError(Status.UNKNOWN, error instanceof Error ? error.message : String(error));
}

export function unavailable(details: string): CallError {
  return new CallError(Status.UNAVAILABLE, details);
}

/** The caller is nobody known. */
export function unauthenticated(details: string): CallError {
  return new CallError(Status.UNAUTHENTICATED, details);
}

/** The caller is known, or may stay unknown, but has no right to this. */
export function accessDenied(what: string): CallError {
  return exception(Status.PERMISSION_DENIED, `access denied: ${what}`, 'access-denied');
}

export function invalidArgument(details: string): CallError {
  return new CallError(Status.INVALID_ARGUMENT, details);
}

/** For what EventStoreDB refuses without saying more. */
export function unknownError(details: string): CallError {
  return new CallError(Status.UNKNOWN, details);
}

export function missingMetadata(details: string, keys: readonly string[]): CallError {
  const extra = { 'required-metadata-properties': keys.join(',') };
  return exception(Status.INVALID_ARGUMENT, details, 'missing-required-metadata-property', extra);
}

export function streamDeleted(stream: string): CallError {
  return exception(Status.FAILED_PRECONDITION, `stream ${stream} is deleted`, 'stream-deleted', { 'stream-name': stream });
}

/** `current` is -1 for a stream without events. */
export function wrongExpectedVersion(stream: string, expected: number, current: number): CallError {
  const wanted = expected === ANY ? 'any' : expected === NO_STREAM ? 'no stream' : expected < 0 ? 'an existing stream' : `revision ${expected}`;
  return exception(
    Status.FAILED_PRECONDITION,
    `stream ${stream}: expected ${wanted}, found ${current < 0 ? 'no stream' : `revision ${current}`}`,
    'wrong-expected-version',
    { 'stream-name': stream, 'expected-version': String(expected), 'actual-version': String(current) },
  );
}

export function appendTooLarge(most: number): CallError {
  const extra = { 'maximum-append-size': String(most) };
  return exception(Status.INVALID_ARGUMENT, `an append may hold ${most} bytes`, 'maximum-append-size-exceeded', extra);
}

export function deadlineExceeded(): CallError {
  return new CallError(Status.DEADLINE_EXCEEDED, 'the deadline passed before the append could be made');
}

function ofGroup(stream: string, group: string): Record<string, string> {
  return { 'stream-name': stream, 'group-name': group };
}

/** What is asked of a group cannot be done. */
export function groupFailed(stream: string, group: string, reason: string): CallError {
  return exception(
    Status.INTERNAL,
    `Subscription group ${group} on stream ${stream} failed: '${reason}'`,
    'persistent-subscription-failed',
    { ...ofGroup(stream, group), reason },
  );
}

export function groupExists(stream: string, group: string): CallError {
  return exception(
    Status.ALREADY_EXISTS,
    `Subscription group ${group} on stream ${stream} exists.`,
    'persistent-subscription-exists',
    ofGroup(stream, group),
  );
}

export function groupNotFound(stream: string, group: string): CallError {
  return exception(
    Status.NOT_FOUND,
    `Subscription group ${group} on stream ${stream} does not exist.`,
    'persistent-subscription-does-not-exist',
    ofGroup(stream, group),
  );
}

export function groupDropped(stream: string, group: string, reason: string): CallError {
  return exception(
    Status.CANCELLED,
    `Subscription group ${group} on stream ${stream} was dropped: ${reason}`,
    'persistent-subscription-dropped',
    ofGroup(stream, group),
  );
}

export function groupFull(stream: string, group: string): CallError {
  return exception(
    Status.FAILED_PRECONDITION,
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
    'maximum-subscribers-reached',
    ofGroup(stream, group),
  );
}

export function userNotFound(name: string): CallError {
  return exception(Status.NOT_FOUND, `there is no user ${name}`, 'user-not-found', { 'login-name': name });
}

export function userConflict(name: string, message: string): CallError {
  return exception(Status.FAILED_PRECONDITION, message, 'user-conflict', { 'login-name': name });
}
