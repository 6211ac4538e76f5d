import { ACTIONS, mayDo, type Acl, type Action, type CompleteAcl, type DefaultAcls, type Policy, type User } from './may-do.js';

const same = (...names: string[]): CompleteAcl => ({ read: names, write: names, delete: names, metaRead: names, metaWrite: names });
const defaults: DefaultAcls = { user: same('$all'), system: same('$admins') };
const strict: DefaultAcls = { user: same('team'), system: same('$ops') };

const nobody: User = { name: undefined, groups: [] };
const anna: User = { name: 'anna', groups: ['team'] };
const otto: User = { name: 'otto', groups: ['$ops'] };
const root: User = { name: 'root', groups: ['$admins'] };

const policies: Policy[] = [
  { prefix: 'order-', read: ['$all'], write: ['orders'], delete: [], metaRead: ['orders'], metaWrite: [] },
  { prefix: 'ord', ...same('anna') },
  { prefix: '$all', ...same('reader') },
];
const orders: User = { name: 'orders', groups: [] };

type Case = [who: User, action: Action, stream: string, expected: boolean, acl?: Acl, defaults?: DefaultAcls, policies?: Policy[]];
const cases: Case[] = [
  // Default ACLs.
  [nobody, 'read', 'stream', true],
  [nobody, 'write', 'stream', true],
  [nobody, 'metaWrite', 'stream', true],
  [anna, 'delete', 'stream', true],
  [anna, 'read', '$system', false],
  [otto, 'read', '$system', false],
  [root, 'write', '$system', true],
  [anna, 'read', '$all', false],
  [root, 'read', '$all', true],
  [nobody, 'read', 'stream', false, undefined, strict],
  [anna, 'read', 'stream', true, undefined, strict],
  [otto, 'read', '$system', true, undefined, strict],
  [otto, 'read', '$all', true, undefined, strict],
  // ACLs: by user, by group, for everybody, for nobody, and for another action only.
  [anna, 'read', 'stream', true, { read: ['anna'] }],
  [otto, 'read', 'stream', false, { read: ['anna'] }],
  [anna, 'write', 'stream', true, { write: ['others', 'team'] }],
  [nobody, 'write', 'stream', false, { write: ['team'] }],
  [nobody, 'write', 'stream', true, { write: ['$all'] }, strict],
  [anna, 'write', 'stream', false, { write: [] }],
  [root, 'write', 'stream', true, { write: [] }],
  [otto, 'write', 'stream', true, { read: ['anna'] }],
  [anna, 'read', '$all', true, { read: ['anna'] }],
  [otto, 'read', '$system', true, { read: ['$ops'] }],
  [nobody, 'read', 'stream', false, { read: ['undefined'] }],
  // Link streams: anybody's to read until they have an ACL of their own, or a policy.
  [nobody, 'read', '$ce-order', true],
  [otto, 'read', '$et-Placed', true],
  [anna, 'read', '$bc-1', true],
  [anna, 'read', '$streams', true],
  [anna, 'read', '$$$ce-order', true],
  [anna, 'read', '$streams-more', false],
  [anna, 'read', '$center', false],
  [anna, 'write', '$ce-order', false],
  [anna, 'delete', '$ce-order', false],
  [anna, 'write', '$$$ce-order', false],
  [anna, 'read', '$ce-order', false, { read: ['otto'] }],
  [anna, 'read', '$ce-order', false, { write: ['otto'] }],
  [otto, 'read', '$ce-order', false, undefined, undefined, [{ prefix: '$', ...same('anna') }]],
  // Metadata streams.
  [anna, 'read', '$$stream', true],
  [anna, 'write', '$$stream', true],
  [anna, 'write', '$$stream', false, { metaWrite: ['otto'] }],
  [anna, 'read', '$$stream', false, { metaRead: ['otto'] }],
  [anna, 'read', '$$stream', true, { read: ['otto'] }],
  [anna, 'write', '$$$system', false],
  [anna, 'write', '$$$all', false],
  [anna, 'delete', '$$stream', false],
  [root, 'delete', '$$stream', false],
  [root, 'write', '$all', false],
  [anna, 'metaRead', '$$stream', false],
  // Policies: the first that fits, in the place of any ACL.
  [nobody, 'read', 'order-1', true, { read: [] }, strict, policies],
  [anna, 'write', 'order-1', false, { write: ['anna'] }, defaults, policies],
  [orders, 'write', 'order-1', true, { write: [] }, defaults, policies],
  [orders, 'delete', 'order-1', false, { delete: ['orders'] }, defaults, policies],
  [orders, 'write', '$$order-1', false, { metaWrite: ['orders'] }, defaults, policies],
  [orders, 'read', '$$order-1', true, undefined, strict, policies],
  [root, 'delete', 'order-1', true, undefined, defaults, policies],
  [anna, 'delete', 'ordinary', true, { delete: [] }, strict, policies],
  [otto, 'delete', 'ordinary', false, { delete: ['otto'] }, defaults, policies],
  [otto, 'delete', 'other', true, { delete: ['otto'] }, defaults, policies],
  [{ name: 'reader', groups: [] }, 'read', '$all', true, undefined, defaults, policies],
  // The empty prefix leaves system streams alone.
  [anna, 'write', 'stream', false, undefined, defaults, [{ prefix: '', ...same('otto') }]],
  [otto, 'write', '$system', false, undefined, defaults, [{ prefix: '', ...same('otto') }]],
  // Who can write policies could do anything, so nothing opens that stream for writing.
  [anna, 'write', '$policies', false, { write: ['$all'] }, { user: same('$all'), system: same('$all') }, [{ prefix: '$', ...same('$all') }]],
  [anna, 'write', '$$$policies', false, { metaWrite: ['$all'] }, { user: same('$all'), system: same('$all') }],
  [anna, 'delete', '$policies', false, { delete: ['$all'] }],
  [anna, 'read', '$policies', true, { read: ['anna'] }],
  [root, 'write', '$policies', true],
];

it.each(cases)('%j: %s of %s is %j', (who, action, stream, expected, acl = undefined, byDefault = defaults, rules = []) => {
  expect(mayDo(who, action, stream, acl, byDefault, rules)).toBe(expected);
});

it('lets administrators do everything but what nobody can: to end metadata, and to write to all streams at once', () => {
  for (const action of ACTIONS) for (const stream of ['s', '$s', '$$s', '$all', '$policies']) {
    const possible = !(stream === '$$s' && action !== 'read' && action !== 'write') && !(stream === '$all' && (action === 'write' || action === 'delete'));
    expect(mayDo(root, action, stream, same(), { user: same(), system: same() }, [{ prefix: '', ...same() }])).toBe(possible);
  }
});
