import { canonicalJson, type DomainEvent } from '@slipway/kernel';
import { v5 as uuidV5 } from 'uuid';

/** Made once (UUIDv4) and never to change: every event id of Slipway grows from it. */
const SLIPWAY_NAMESPACE = '4b945070-8aa7-44b0-8905-6d54d1e67f31';

/**
 * The id of the `index`th event that a command adds to a stream, as UUIDv5. The command's id is the namespace (hashed, since
 * a caller may choose any text for it). The name holds:
 * - the stream, so that one command id used on two streams never makes one id for two facts;
 * - the content, because the store takes an append with known ids for a repetition and says yes without looking at the data.
 *   Two replicas deciding the same command id at the same moment, with another body or another clock, must conflict instead;
 *   the loser then reads what was recorded.
 * Sending the very same events again (after an unknown outcome) has the same ids, so the store adds them once.
 */
export function eventId(commandId: string, stream: string, index: number, commandDigest: string, event: DomainEvent): string {
  const content = canonicalJson([commandDigest, event.type, event.data]);
  return uuidV5(`${stream}#${index}#${content}`, uuidV5(commandId, SLIPWAY_NAMESPACE));
}
