/** The status codes of gRPC that this server answers with. */
export const Status = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** A call's failure as it goes over the wire. */
export class CallError extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Names in lower case; values of any characters. */
    readonly trailers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
