import { BACKWARDS, END, ErrorType, type EventStoreDBClient } from '@eventstore/db-client';
import { hasErrorType } from './client-errors.js';

/** The data of a stream's newest event; undefined when there is none. Throws the client's error. */
export async function newest(client: EventStoreDBClient, stream: string): Promise<unknown> {
  let data: unknown;
  try {
    // To its end: a read that is left early stays open, and closing the client waits for it.
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 })) data = event?.data;
  } catch (error) {
    if (!hasErrorType(error, ErrorType.STREAM_NOT_FOUND)) throw error;
  }
  return data;
}

/** A stream's metadata lies in a stream of its own. */
export const metadataStreamOf = (stream: string): string => `$$${stream}`;

/** Undefined for a stream without metadata. Throws the client's error. */
export const newestMetadata = (client: EventStoreDBClient, stream: string): Promise<unknown> => newest(client, metadataStreamOf(stream));
