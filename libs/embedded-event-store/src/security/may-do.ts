/** What can be done to a stream. */
export const ACTIONS = ['read', 'write', 'delete', 'metaRead', 'metaWrite'] as const;
export type Action = (typeof ACTIONS)[number];

/** Who asks: `name` is undefined for a caller without credentials. */
export interface User {
  readonly name: string | undefined;
  readonly groups: readonly string[];
}

/** For each action the users and groups that may do it; an absent one says nothing. */
export type Acl = { readonly [action in Action]?: readonly string[] };
export type CompleteAcl = { readonly [action in Action]: readonly string[] };

/** The ACLs of streams that have none, or none for an action. */
export interface DefaultAcls {
  readonly user: CompleteAcl;
  readonly system: CompleteAcl;
}

/** Rules for all streams whose names begin alike. They stand in the place of those streams' ACLs. */
export interface Policy extends CompleteAcl {
  readonly prefix: string;
}

export const ADMINS = '$admins';
export const OPS = '$ops';
/** Everybody, also without credentials. */
export const EVERYBODY = '$all';
/** The stream of policies. Its writers could give themselves any right, so no ACL and no policy opens it. */
export const POLICIES_STREAM = '$policies';

/**
 * What the system projections write. EventStoreDB opens each of their streams to readers with its first event; here they are open until
 * somebody gives them an ACL of their own. What a link points to is still shown only to who may read that.
 */
const LINK_STREAMS = /^\$(ce-|et-|bc-|streams$)/;
const LINKS_ACL: Acl = { read: [EVERYBODY], metaRead: [EVERYBODY] };

/** Stands for all events; it is no stream. */
const EVERYTHING = '$all';
const META_PREFIX = '$$';

/**
 * Whether somebody may do something to a stream (`$all` for all events). Administrators may do all that can be done. For others
 * the first policy decides that fits the stream's name; without one its ACL does, and for what that does not name, the
 * default one. Doing something to a metadata stream is doing it to its stream's metadata.
 */
export function mayDo(
  user: User,
  action: Action,
  stream: string,
  acl: Acl | undefined,
  defaults: DefaultAcls,
  policies: readonly Policy[],
): boolean {
  const aim = aimOf(action, stream);
  if (aim === undefined) return false;
  if (user.groups.includes(ADMINS)) return true;
  if (aim.stream === POLICIES_STREAM && aim.action !== 'read' && aim.action !== 'metaRead') return false;
  const policy = policies.find(({ prefix }) => covers(prefix, aim.stream));
  const own = acl ?? (LINK_STREAMS.test(aim.stream) ? LINKS_ACL : undefined);
  const allowed = policy?.[aim.action] ?? own?.[aim.action] ?? defaults[isSystem(aim.stream) ? 'system' : 'user'][aim.action];
  return allowed.some((name) => name === EVERYBODY || name === user.name || user.groups.includes(name));
}

/** The stream whose rules count, and what is done to it; undefined for what nobody may do. */
export function aimOf(action: Action, stream: string): { action: Action; stream: string } | undefined {
  if (stream === EVERYTHING && (action === 'write' || action === 'delete')) return undefined;
  if (!stream.startsWith(META_PREFIX)) return { action, stream };
  const original = stream.slice(META_PREFIX.length);
  if (action === 'read') return { action: 'metaRead', stream: original };
  return action === 'write' ? { action: 'metaWrite', stream: original } : undefined;
}

function isSystem(stream: string): boolean {
  return stream.startsWith('$');
}

/** The empty prefix is that of all streams but the system's: opening those takes a prefix that says so. */
function covers(prefix: string, stream: string): boolean {
  return stream.startsWith(prefix) && (prefix !== '' || !isSystem(stream));
}
