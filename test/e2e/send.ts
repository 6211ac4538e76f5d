import { randomUUID } from 'node:crypto';
import { encode, ERROR_HEADERS, HEADERS, type Signer } from '@slipway/messaging';
import { headers, type Msg, type NatsConnection } from 'nats';

/** A message as bytes and headers, so that a test can change each of them. */
export interface RawMessage {
  readonly subject: string;
  readonly commandId: string;
  readonly body: Uint8Array;
  readonly assertion: string | undefined;
}

export interface Answer {
  /** Undefined: not refused. */
  readonly code: string | undefined;
  readonly value: unknown;
}

/** A message that is in order. */
export function signed(subject: string, fields: object, signer: Signer, actor?: string): RawMessage {
  const message = { subject, commandId: randomUUID(), body: encode(fields) };
  return { ...message, assertion: signer(message, actor) };
}

export async function send(connection: NatsConnection, { subject, commandId, body, assertion }: RawMessage): Promise<Answer> {
  const head = headers();
  head.set(HEADERS.commandId, commandId);
  if (assertion !== undefined) head.set(HEADERS.assertion, assertion);
  const answer: Msg = await connection.request(subject, body, { timeout: 30_000, headers: head });
  return { code: answer.headers?.get(ERROR_HEADERS.text) || undefined, value: answer.json() };
}
