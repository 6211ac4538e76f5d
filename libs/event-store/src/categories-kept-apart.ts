import { ErrorType, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type StreamOwner, STREAMS } from '@slipway/kernel';
import { hasErrorType } from './client-errors.js';
import { closeChannel, newClient } from './client.js';

/** No stream is there, so that an append which is let through writes nothing. */
const NOT_A_REVISION = 2n ** 40n;

/**
 * Whether a server keeps each service out of the others' categories, seen by trying: stream policies do, and a server without them does
 * not say that it has none. Nothing is written.
 * @param address connection string of a service's user
 */
export async function categoriesKeptApart(address: (service: StreamOwner) => string): Promise<boolean> {
  const services = Object.keys(STREAMS) as StreamOwner[];
  const apart: boolean[] = [];
  for (const service of services) {
    const client = newClient(address(service));
    const foreign = services.filter((other) => other !== service).flatMap((other) => STREAMS[other]);
    try {
      for (const prefix of foreign) apart.push(await isRefused(client, `${prefix}of-somebody-else`));
    } finally {
      await client.dispose();
      closeChannel(client);
    }
  }
  return apart.every(Boolean);
}

async function isRefused(client: EventStoreDBClient, stream: string): Promise<boolean> {
  try {
    await client.appendToStream(stream, jsonEvent({ type: 'Tried', data: {} }), { expectedRevision: NOT_A_REVISION });
    throw new Error(`${stream} was not expected to be there`);
  } catch (error) {
    if (hasErrorType(error, ErrorType.ACCESS_DENIED)) return true;
    if (hasErrorType(error, ErrorType.WRONG_EXPECTED_VERSION)) return false;
    throw error;
  }
}
