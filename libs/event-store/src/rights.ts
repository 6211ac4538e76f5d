import { type StreamOwner, STREAMS } from '@slipway/kernel';

/** Everybody whom Slipway's event store knows: the services, and `operator`, the owner's tools, which read. */
export const EVENT_STORE_IDENTITIES = [...(Object.keys(STREAMS) as StreamOwner[]), 'query', 'audit', 'operator'] as const;
export type EventStoreIdentity = (typeof EVENT_STORE_IDENTITIES)[number];

/** The name of an identity's user. The prefix keeps clear of users that a server has for others. */
export const userOf = (identity: string): string => `slipway-${identity}`;

/** The group of all these users. Each reads the whole log; what each decides comes from it. */
export const READERS = 'slipway';

const ADMINS = '$admins';

/** Who may do what, in the words of EventStoreDB's ACLs. Administrators may do everything anyway. */
interface Access {
  readonly $r: readonly string[];
  readonly $w: readonly string[];
  readonly $d: readonly string[];
  readonly $mr: readonly string[];
  readonly $mw: readonly string[];
}

/** Read by everybody of Slipway, appended to by its owner; deleting and metadata (truncation, ACLs) are for nobody but administrators. */
const ownedBy = (...owners: readonly string[]): Access => ({ $r: [READERS], $w: owners, $d: [ADMINS], $mr: [READERS], $mw: [ADMINS] });
const CLOSED: Access = { ...ownedBy(ADMINS), $r: [ADMINS], $mr: [ADMINS] };

/** `$all` is the log itself; the rest are the link streams of the system projections. */
const READABLE_SYSTEM_STREAMS = ['$all', '$ce-', '$et-', '$bc-', '$category-', '$streams'];

/** For the stream `$policies` of a server that has stream policies: each category has one user that appends to it. */
export function policyDocument(): object {
  const owners = Object.entries(STREAMS);
  return {
    streamPolicies: {
      ...Object.fromEntries(owners.map(([service]) => [service, ownedBy(userOf(service))])),
      unowned: ownedBy(ADMINS),
      closed: CLOSED,
    },
    streamRules: [
      ...owners.flatMap(([service, prefixes]) => prefixes.map((startsWith) => ({ startsWith, policy: service }))),
      ...READABLE_SYSTEM_STREAMS.map((startsWith) => ({ startsWith, policy: 'unowned' })),
    ],
    defaultStreamRules: { userStreams: 'unowned', systemStreams: 'closed' },
  };
}

/** No stream is there, so that an append which is let through writes nothing, and one that is not tells the rights. */
export const NOT_A_REVISION = 2n ** 40n;

/** The owner of what a connection string's user appends to; undefined for everybody else. */
export const ownerOf = (user: string | undefined): StreamOwner | undefined => (Object.keys(STREAMS) as StreamOwner[]).find((service) => userOf(service) === user);

/** For the metadata of one stream: what a policy would say for its category. */
export const claimOf = (owner: StreamOwner): object => ({ $acl: ownedBy(userOf(owner)) });

/**
 * For the stream `$settings` of a server without stream policies. Nobody appends to a stream that has no ACL, and a service that owns
 * streams may write the metadata of one that has none: its claim, after which only administrators write metadata.
 */
export function claimableAclDocument(): object {
  return { $userStreamAcl: { ...ownedBy(ADMINS), $mw: Object.keys(STREAMS).map(userOf) }, $systemStreamAcl: CLOSED };
}

/** For the stream `$settings`: what holds where no policy does, until it is made claimable. It can't tell one category from another. */
export function defaultAclDocument(): object {
  return { $userStreamAcl: ownedBy(...Object.keys(STREAMS).map(userOf)), $systemStreamAcl: CLOSED };
}

/** The ACL of `$all`, which is a system stream. */
export const LOG_READERS = { readRoles: [READERS], metaReadRoles: [READERS] };
