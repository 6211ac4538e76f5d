import { Client, credentials, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import type { Credentials } from '@eventstore/db-client';

import { collect } from './support.js';
import { addressOf } from './targets.js';

/** Calls that the official clients do not offer, without a client. */
export interface RawCalls {
  call<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, as?: Credentials, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** All the messages of a call that ends by itself. */
  messages<Request, Response>(method: MethodDefinition<Request, Response>, request: Request, as?: Credentials): Promise<Response[]>;
  close(): void;
}

const DEADLINE_MS = 10_000;

export function openRawCalls(connectionString: string): RawCalls {
  const { authority, ca } = addressOf(connectionString);
  const client = new Client(authority, ca === undefined ? credentials.createInsecure() : credentials.createSsl(ca === '' ? null : ca));
  return {
    call: (method, request, as, headers = {}) => new Promise((resolve, reject) => {
      const metadata = metadataFor(as, headers);
      const { path, requestSerialize, responseDeserialize } = method;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
        if (error !== null) reject(error);
        else resolve(response!);
      });
    }),
    messages: ({ path, requestSerialize, responseDeserialize }, request, as) =>
      collect(client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadataFor(as), { deadline: Date.now() + DEADLINE_MS })),
    close: () => client.close(),
  };
}

function metadataFor(as: Credentials | undefined, headers: Readonly<Record<string, string>> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  if (as !== undefined) metadata.set('authorization', `Basic ${Buffer.from(`${as.username}:${as.password}`).toString('base64')}`);
  return metadata;
}

/** The `exception` that the server names in its trailers, or the number of its status. */
export async function exceptionOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (thrown) {
    const { metadata, code } = thrown as ServiceError;
    return String(metadata?.get('exception')[0] ?? code);
  }
  throw new Error('it should have been refused');
}
