import { ReadReq } from '@eventstore/db-client/generated/persistent_pb';

import { readUuid } from './uuid.js';
import { WireReader } from './wire.js';

/** What a consumer says after its first message: ids it has handled, or not. */
export type Answer =
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | { readonly kind: 'nack'; readonly ids: readonly string[]; readonly action: ReadReq.Nack.Action; readonly reason: string };

/** The options of the first message, or undefined for any other message. */
export function readOptions(bytes: Buffer): ReadReq.Options | undefined {
  return bytes[0] === 0x0a ? ReadReq.deserializeBinary(bytes).getOptions() : undefined;
}

/** Undefined for messages that are no answer. Throws RangeError for malformed bytes. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const reader = new WireReader(bytes);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x12 || tag === 0x1a) return readIds(reader.message(), tag === 0x12);
    reader.skip(tag);
  }
  return undefined;
}

function readIds(reader: WireReader, ack: boolean): Answer {
  const ids: string[] = [];
  let action: ReadReq.Nack.Action = ReadReq.Nack.Action.UNKNOWN;
  let reason = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x12) {
      const id = readUuid(reader.message());
      if (id !== undefined) ids.push(id);
    } else if (tag === 0x18) action = reader.varint();
    else if (tag === 0x22) reason = reader.text();
    else reader.skip(tag);
  }
  return ack ? { kind: 'ack', ids } : { kind: 'nack', ids, action, reason };
}
