import { aclOf, InvalidRules, parseDefaults, parsePolicies, STANDARD_DEFAULTS } from './acl-documents.js';

const all = (name: string) => ({ read: [name], write: [name], delete: [name], metaRead: [name], metaWrite: [name] });

it.each([
  ['no metadata', undefined, undefined],
  ['no ACL', { $maxCount: 1 }, undefined],
  ['a null ACL', { $acl: null }, undefined],
  ['names and lists', { $acl: { $r: 'a', $w: ['b', 'c'], $d: [], $mr: null } }, { read: ['a'], write: ['b', 'c'], delete: [] }],
  ['what is no list of names', { $acl: { $r: 5, $w: ['a', 1] } }, { read: [], write: [] }],
  ['what is no ACL', { $acl: 'a' }, { read: [], write: [], delete: [], metaRead: [], metaWrite: [] }],
])('reads an ACL from %s', (_name, document, acl) => expect(aclOf(document)).toEqual(acl));

it('fills default ACLs up with the standard ones', () => {
  expect(parseDefaults({})).toEqual(STANDARD_DEFAULTS);
  expect(parseDefaults({ $userStreamAcl: { $w: 'team' } })).toEqual({ user: { ...all('$all'), write: ['team'] }, system: all('$admins') });
  expect(parseDefaults({ $systemStreamAcl: { $r: ['$ops'] } }).system).toEqual({ ...all('$admins'), read: ['$ops'] });
});

const lists = { readers: ['$all'], writers: 'orders', deleters: [], metaReaders: ['$all'], metaWriters: [] };
const parsed = { read: ['$all'], write: ['orders'], delete: [], metaRead: ['$all'], metaWrite: [] };

it('reads a list of policies', () => {
  expect(parsePolicies({ policies: [{ prefix: 'order-', ...lists }] })).toEqual([{ prefix: 'order-', ...parsed }]);
});

it("reads EventStoreDB's stream policies", () => {
  const open = { $r: ['$all'], $w: ['$all'], $d: ['$all'], $mr: ['$all'], $mw: ['$all'] };
  const closed = { $r: ['$admins'], $w: ['$admins'], $d: ['$admins'], $mr: ['$admins'], $mw: ['$admins'] };
  const document = {
    streamPolicies: { open, closed, own: { ...open, $w: ['orders'], $d: [], $mw: [] } },
    streamRules: [{ startsWith: 'order-', policy: 'own' }],
    defaultStreamRules: { userStreams: 'open', systemStreams: 'closed' },
  };
  expect(parsePolicies(document)).toEqual([
    { prefix: 'order-', ...parsed },
    { prefix: '', ...all('$all') },
    { prefix: '$', ...all('$admins') },
  ]);
  expect(() => parsePolicies({ ...document, streamRules: [{ startsWith: 'x', policy: 'toString' }] })).toThrow(InvalidRules);
});

it.each([[[]], [null], [{}], [{ policies: {} }], [{ policies: [lists] }], [{ policies: [{ prefix: 'a', ...lists, readers: undefined }] }], [{ policies: [{ prefix: 'a', ...lists, writers: [1] }] }], [{ streamRules: [] }]])(
  'refuses policies that it does not understand: %j',
  (document) => expect(() => parsePolicies(document)).toThrow(InvalidRules),
);

it.each([[[]], [{ $userStreamAcl: 1 }], [{ $systemStreamAcl: { $r: 1 } }]])('refuses default ACLs that it does not understand: %j', (document) =>
  expect(() => parseDefaults(document)).toThrow(InvalidRules),
);
