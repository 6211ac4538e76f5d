import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { canonicalJson, GROUPS, SlipwayError } from '@slipway/kernel';
import { isAccessDenied } from './client-errors.js';
import { closeChannel, newClient } from './client.js';
import { ensureGroup } from './consumer-group.js';
import { EventStoreUsers } from './event-store-users.js';
import { newest } from './newest.js';
import { newPassword, type Passwords } from './passwords.js';
import { claimableAclDocument, defaultAclDocument, EVENT_STORE_IDENTITIES, LOG_READERS, policyDocument, READERS, userOf } from './rights.js';

/**
 * Prepares an event store for Slipway: a user for each identity, the rights of all, and the groups that the services' reactors share
 * (making one takes rights that no service has). What is there already is left as it is, so it may be done at each start.
 * A user without a kept password gets a new one.
 * @param administrator connection string of a member of $admins
 * @throws SlipwayError CONFIG_INVALID when it is no administrator, or the client's error
 */
export async function setUpAccess(administrator: string, passwords: Passwords): Promise<void> {
  const client = newClient(administrator);
  try {
    await Promise.all([ensureUsers(new EventStoreUsers(client), passwords), ensureRights(client), ensureGroups(client)]);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    throw new SlipwayError('CONFIG_INVALID', 'the event store does not let itself be set up: the user has another password, or is no member of $admins');
  } finally {
    await client.dispose();
    closeChannel(client);
  }
}

async function ensureUsers(users: EventStoreUsers, passwords: Passwords): Promise<void> {
  const known = await users.list();
  await Promise.all(EVENT_STORE_IDENTITIES.map((identity) => ensureUser(users, known.get(userOf(identity)), identity, passwords)));
}

async function ensureUser(users: EventStoreUsers, groups: readonly string[] | undefined, identity: string, passwords: Passwords): Promise<void> {
  const user = userOf(identity);
  const kept = passwords.get(identity);
  const password = kept ?? newPassword();
  if (groups === undefined) await users.create({ user, password }, [READERS]);
  else if (kept === undefined) await users.resetPassword({ user, password });
  if (groups !== undefined && canonicalJson(groups) !== canonicalJson([READERS])) await users.setGroups(user, [READERS]);
  // Last: a password that is kept is one that the server has.
  if (kept === undefined) passwords.keep(identity, password);
}

async function ensureRights(client: EventStoreDBClient): Promise<void> {
  // Once claimable, it stays so.
  await ensureDocument(client, '$settings', 'update-default-acl', defaultAclDocument(), claimableAclDocument());
  await ensureDocument(client, '$policies', '$policy-updated', policyDocument());
  const { metadata } = await client.getStreamMetadata('$all');
  if (canonicalJson(metadata?.acl) !== canonicalJson(LOG_READERS)) await client.setStreamMetadata('$all', { ...metadata, acl: LOG_READERS });
}

/** The newest event of such a stream is what counts. */
async function ensureDocument(client: EventStoreDBClient, stream: string, type: string, document: object, ...asGood: readonly object[]): Promise<void> {
  const found = canonicalJson(await newest(client, stream));
  if ([document, ...asGood].every((good) => canonicalJson(good) !== found)) await client.appendToStream(stream, jsonEvent({ type, data: document as Record<string, unknown> }));
}

async function ensureGroups(client: EventStoreDBClient): Promise<void> {
  await Promise.all(GROUPS.map(({ group, prefixes }) => ensureGroup(client, { group, filter: { prefixes } })));
}
