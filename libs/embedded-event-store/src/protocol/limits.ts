/** Bytes of one append: data, metadata and the type in UTF-16 of all its events. */
export const MAX_APPEND_SIZE = 1024 * 1024;

/** How long a shutdown waits for calls to end by themselves. */
export const SHUTDOWN_MS = 2000;
