import { type EventStoreDBClient, FORWARDS, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import { canonicalJson, type StreamOwner, STREAMS } from '@slipway/kernel';
import { claimEvent } from './claims.js';
import { closeChannel, newClient } from './client.js';
import { metadataStreamOf, newest } from './newest.js';
import { claimableAclDocument, claimOf } from './rights.js';

/**
 * For a server without stream policies: from now on nobody appends to a stream that its owner did not claim, and the streams that are
 * there are claimed for their owners. Reads the whole log.
 * @param administrator connection string of a member of $admins
 * @returns the streams whose metadata is not their owner's claim, or was not when something was written to them: others may have done that.
 * They are left as they are.
 * @throws the client's error
 */
export async function claimStreams(administrator: string): Promise<string[]> {
  const client = newClient(administrator);
  try {
    const settings = claimableAclDocument() as Record<string, unknown>;
    if (canonicalJson(await newest(client, '$settings')) !== canonicalJson(settings)) await client.appendToStream('$settings', jsonEvent({ type: 'update-default-acl', data: settings }));
    const all = [...(await claimsOfAll(client))];
    for (const [stream, { owner, claimed }] of all) {
      if (claimed === undefined) await client.appendToStream(metadataStreamOf(stream), claimEvent(owner), { expectedRevision: NO_STREAM });
    }
    return all.filter(([, { claimed, foreign }]) => claimed === false || foreign).map(([stream]) => stream).sort();
  } finally {
    await client.dispose();
    closeChannel(client);
  }
}

interface Claimed {
  readonly owner: StreamOwner;
  /** Whether its newest metadata is its owner's claim; undefined when it has none. */
  readonly claimed?: boolean | undefined;
  /** Something was written while its metadata was another's. */
  readonly foreign: boolean;
}

const ownerOfStream = (stream: string): StreamOwner | undefined =>
  (Object.keys(STREAMS) as StreamOwner[]).find((service) => STREAMS[service].some((prefix) => stream.startsWith(prefix)));

/** As the log says, in its order: metadata that was put right afterwards does not hide what was written before. */
async function claimsOfAll(client: EventStoreDBClient): Promise<Map<string, Claimed>> {
  const all = new Map<string, Claimed>();
  for await (const { event } of client.readAll({ direction: FORWARDS, fromPosition: START })) {
    if (!event) continue;
    const isMetadata = event.streamId.startsWith('$$');
    const stream = isMetadata ? event.streamId.slice(2) : event.streamId;
    const owner = ownerOfStream(stream);
    if (owner === undefined) continue;
    const { claimed, foreign } = all.get(stream) ?? { foreign: false };
    if (isMetadata) all.set(stream, { owner, claimed: canonicalJson(event.data) === canonicalJson(claimOf(owner)), foreign });
    else all.set(stream, { owner, claimed, foreign: foreign || claimed === false });
  }
  return all;
}
