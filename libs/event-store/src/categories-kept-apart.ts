import { randomUUID } from 'node:crypto';
import { ErrorType, type EventData, jsonEvent } from '@eventstore/db-client';
import { type StreamOwner, type StreamPrefix, STREAMS } from '@slipway/kernel';
import { hasErrorType } from './client-errors.js';
import { closeChannel, newClient } from './client.js';
import { NOT_A_REVISION } from './rights.js';

/** What keeps each service out of the others' categories: stream policies, or that nobody appends to a stream which its owner did not claim. */
export type KeptApartBy = 'policies' | 'claims' | 'nothing';

/**
 * Seen by trying, with streams that are not there: a server does not say whether it follows stream policies. Nothing is written.
 * @param address connection string of a service's user
 */
export async function categoriesKeptApart(address: (service: StreamOwner) => string): Promise<KeptApartBy> {
  const services = Object.keys(STREAMS) as StreamOwner[];
  const own: boolean[] = [];
  const foreign: boolean[] = [];
  for (const service of services) {
    const client = newClient(address(service));
    try {
      for (const owner of services) {
        for (const prefix of STREAMS[owner]) {
          (owner === service ? own : foreign).push(await mayNotBegin(prefix, (stream, event) => client.appendToStream(stream, event, { expectedRevision: NOT_A_REVISION })));
        }
      }
    } finally {
      await client.dispose();
      closeChannel(client);
    }
  }
  if (!foreign.every(Boolean)) return 'nothing';
  return own.every(Boolean) ? 'claims' : own.some(Boolean) ? 'nothing' : 'policies';
}

/**
 * Whether a user is refused to begin a stream with a prefix. Nothing is written, and nobody can have given the name rights of its own.
 * @param append at NOT_A_REVISION; its errors are the client's, and thrown unless they answer the question
 */
export async function mayNotBegin(prefix: StreamPrefix, append: (stream: string, event: EventData) => Promise<unknown>): Promise<boolean> {
  try {
    await append(`${prefix}${randomUUID()}`, jsonEvent({ type: 'Tried', data: {} }));
  } catch (error) {
    if (hasErrorType(error, ErrorType.ACCESS_DENIED)) return true;
    if (hasErrorType(error, ErrorType.WRONG_EXPECTED_VERSION)) return false;
    throw error;
  }
  throw new Error('a stream that is not there took an append at a revision');
}
