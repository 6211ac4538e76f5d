import { Metadata, status, type ServiceError } from '@grpc/grpc-js';

import { ANY, NO_STREAM } from './append-codec.js';

/** Trailers must be printable ASCII: anything else in a name goes percent-encoded. */
function printable(value: string): string {
  return /^[ -~]*$/.test(value) ? value : encodeURIComponent(value);
}

/** A call's failure with the trailers that tell the client which of its errors to throw. */
export function callError(code: status, details: string, exception?: string, extra: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  if (exception !== undefined) metadata.set('exception', exception);
  for (const [key, value] of Object.entries(extra)) metadata.set(key, printable(value));
  return Object.assign(new Error(details), { code, details, metadata });
}

export function unavailable(details: string): ServiceError {
  return callError(status.UNAVAILABLE, details);
}

/** The caller is nobody known. */
export function unauthenticated(details: string): ServiceError {
  return callError(status.UNAUTHENTICATED, details);
}

/** The caller is known, or may stay unknown, but has no right to this. */
export function accessDenied(what: string): ServiceError {
  return callError(status.PERMISSION_DENIED, `access denied: ${what}`, 'access-denied');
}

export function invalidArgument(details: string): ServiceError {
  return callError(status.INVALID_ARGUMENT, details);
}

export function missingMetadata(details: string, keys: readonly string[]): ServiceError {
  const extra = { 'required-metadata-properties': keys.join(',') };
  return callError(status.INVALID_ARGUMENT, details, 'missing-required-metadata-property', extra);
}

export function streamDeleted(stream: string): ServiceError {
  return callError(status.FAILED_PRECONDITION, `stream ${stream} is deleted`, 'stream-deleted', { 'stream-name': stream });
}

/** `current` is -1 for a stream without events. */
export function wrongExpectedVersion(stream: string, expected: number, current: number): ServiceError {
  const wanted = expected === ANY ? 'any' : expected === NO_STREAM ? 'no stream' : expected < 0 ? 'an existing stream' : `revision ${expected}`;
  return callError(
    status.FAILED_PRECONDITION,
    `stream ${stream}: expected ${wanted}, found ${current < 0 ? 'no stream' : `revision ${current}`}`,
    'wrong-expected-version',
    { 'stream-name': stream, 'expected-version': String(expected), ...(current < 0 ? {} : { 'actual-version': String(current) }) },
  );
}

export function appendTooLarge(most: number): ServiceError {
  const extra = { 'maximum-append-size': String(most) };
  return callError(status.INVALID_ARGUMENT, `an append may hold ${most} bytes`, 'maximum-append-size-exceeded', extra);
}

export function deadlineExceeded(): ServiceError {
  return callError(status.DEADLINE_EXCEEDED, 'the deadline passed before the append could be made');
}

function ofGroup(stream: string, group: string): Record<string, string> {
  return { 'stream-name': stream, 'group-name': group };
}

export function groupExists(stream: string, group: string): ServiceError {
  return callError(
    status.ALREADY_EXISTS,
    `persistent subscription ${group} on ${stream} exists`,
    'persistent-subscription-exists',
    ofGroup(stream, group),
  );
}

export function groupNotFound(stream: string, group: string): ServiceError {
  return callError(
    status.NOT_FOUND,
    `persistent subscription ${group} on ${stream} does not exist`,
    'persistent-subscription-does-not-exist',
    ofGroup(stream, group),
  );
}

export function groupDropped(stream: string, group: string, reason: string): ServiceError {
  return callError(
    status.CANCELLED,
    `persistent subscription ${group} on ${stream} was dropped: ${reason}`,
    'persistent-subscription-dropped',
    ofGroup(stream, group),
  );
}

export function groupFull(stream: string, group: string): ServiceError {
  return callError(
    status.FAILED_PRECONDITION,
    `persistent subscription ${group} on ${stream} has its maximum of subscribers`,
    'maximum-subscribers-reached',
    ofGroup(stream, group),
  );
}
