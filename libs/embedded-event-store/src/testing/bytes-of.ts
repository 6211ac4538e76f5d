import type { OutgoingMessage } from '../transport/outbox.js';

/** A message as a client would get it. */
export function bytesOf(message: OutgoingMessage | Uint8Array): Uint8Array {
  if (message instanceof Uint8Array) return message;
  const bytes = Buffer.alloc(message.size);
  message.put(bytes, 0);
  return bytes;
}
