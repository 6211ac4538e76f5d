/** Bytes of one append: data, metadata and twice the type's length of all its events. */
export const MAX_APPEND_SIZE = 1024 * 1024;

/** Bytes of one message from a client. A client may send an event that is too large for an append in one message. */
export const MAX_MESSAGE_SIZE = 32 * 1024 * 1024;

/** How long a shutdown waits for calls to end by themselves. */
export const SHUTDOWN_MS = 2000;
