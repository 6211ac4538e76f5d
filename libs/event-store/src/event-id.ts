import { canonicalJson, type DomainEvent } from '@slipway/kernel';
import { derivedId } from './derived-id.js';

/**
 * The id of the `index`th event that a command adds to a stream, derived from the command's id. Its purpose holds:
 * - the stream, so that one command id used on two streams never makes one id for two facts;
 * - the content, because the store takes an append with known ids for a repetition and says yes without looking at the data.
 *   Two replicas deciding the same command id at the same moment, with another body or another clock, must conflict instead;
 *   the loser then reads what was recorded.
 * Sending the very same events again (after an unknown outcome) has the same ids, so the store adds them once.
 */
export function eventId(commandId: string, stream: string, index: number, commandDigest: string, event: DomainEvent): string {
  const content = canonicalJson([commandDigest, event.type, event.data]);
  return derivedId(commandId, `${stream}#${index}#${content}`);
}
