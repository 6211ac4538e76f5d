import { type CommandError, ErrorType, isCommandError, WrongExpectedVersionError } from '@eventstore/db-client';
import { SlipwayError } from '@slipway/kernel';
import { type ExpectedRevision, UnknownOutcome, WrongExpectedRevision } from './event-store.js';

const REFUSALS: ReadonlySet<string> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.STREAM_DELETED,
  ErrorType.WRONG_EXPECTED_VERSION,
]);

/** The connection or the server is gone for a while; the same call may succeed later. */
const OUTAGES: ReadonlySet<string> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
]);

/** gRPC's statuses. */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

const isClientError = (error: unknown): error is CommandError => error instanceof Error && isCommandError(error);

export const hasErrorType = (error: unknown, type: ErrorType): boolean => isClientError(error) && error.type === type;

/** The server looked at the append and refused it: nothing was written. Whatever else goes wrong leaves the outcome open. */
export const isRefusal = (error: unknown): boolean => isClientError(error) && REFUSALS.has(error.type);

/** The connection or the server is gone for a while; the client reconnects by itself. */
export const isOutage = (error: unknown): boolean => isClientError(error) && OUTAGES.has(error.type);

const hasStatus = (error: unknown, status: number): boolean => error instanceof Error && 'code' in error && error.code === status;

/** The server does not know the user, or not this password. */
export const isUnauthenticated = (error: unknown): boolean => hasStatus(error, UNAUTHENTICATED);

/** The server does not let this user in, or not do this. Calls about users end with the transport's own error. */
export const isAccessDenied = (error: unknown): boolean => hasErrorType(error, ErrorType.ACCESS_DENIED) || hasStatus(error, PERMISSION_DENIED) || isUnauthenticated(error);

/** What an append's error means to a caller of the port. */
export function appendFailure(error: unknown, stream: string, expected: ExpectedRevision): unknown {
  if (error instanceof WrongExpectedVersionError) return new WrongExpectedRevision(stream, expected);
  if (isRefusal(error) || error instanceof WrongExpectedRevision || error instanceof SlipwayError) return error;
  return new UnknownOutcome(`the event store did not say whether the append to ${stream} took effect`, { cause: error });
}

/** What a read's error means to a caller of the port. */
export function readFailure(error: unknown): unknown {
  // The client calls a transport that broke in another way than by UNAVAILABLE unknown, such as a connection that was reset.
  // So it does PERMISSION_DENIED without further words, which is an answer.
  if (isAccessDenied(error) || (!isOutage(error) && !hasErrorType(error, ErrorType.UNKNOWN))) return error;
  return new SlipwayError('UNAVAILABLE', 'the event store does not answer', [], { cause: error });
}
