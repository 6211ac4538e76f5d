import { STREAMS } from '@slipway/kernel';
import { claimableAclDocument, claimOf, defaultAclDocument, EVENT_STORE_IDENTITIES, ownerOf, policyDocument, userOf } from './rights.js';

interface PolicyDocument {
  readonly streamPolicies: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly streamRules: readonly { readonly startsWith: string; readonly policy: string }[];
  readonly defaultStreamRules: Readonly<Record<'userStreams' | 'systemStreams', string>>;
}

const document = policyDocument() as PolicyDocument;

it('gives each category to one user, who may read and append and nothing else', () => {
  for (const [service, prefixes] of Object.entries(STREAMS)) {
    expect(document.streamRules.filter(({ policy }) => policy === service).map(({ startsWith }) => startsWith)).toEqual([...prefixes]);
    expect(document.streamPolicies[service]).toEqual({ $r: ['slipway'], $w: [userOf(service)], $d: ['$admins'], $mr: ['slipway'], $mw: ['$admins'] });
  }
});

it('leaves no name open for a rule that comes later: no prefix begins with another', () => {
  const prefixes = document.streamRules.map(({ startsWith }) => startsWith);
  for (const prefix of prefixes) expect(prefixes.filter((other) => other.startsWith(prefix))).toEqual([prefix]);
});

it('names policies that are there, and lets nobody but administrators write, delete and change metadata elsewhere', () => {
  const { userStreams, systemStreams } = document.defaultStreamRules;
  for (const policy of [...document.streamRules.map((rule) => rule.policy), userStreams, systemStreams]) expect(document.streamPolicies).toHaveProperty([policy]);
  for (const policy of [userStreams, systemStreams]) {
    for (const right of ['$w', '$d', '$mw']) expect(document.streamPolicies[policy]![right]).toEqual(['$admins']);
  }
  expect(document.streamPolicies[systemStreams]!['$r']).toEqual(['$admins']);
});

it('by default ACLs only owners write at all', () => {
  expect(defaultAclDocument()).toMatchObject({ $userStreamAcl: { $w: Object.keys(STREAMS).map(userOf), $d: ['$admins'], $mw: ['$admins'] }, $systemStreamAcl: { $r: ['$admins'], $w: ['$admins'] } });
});

it('by claims nobody appends to a stream that has none, and a claim is what a policy would say', () => {
  const { $userStreamAcl } = claimableAclDocument() as { $userStreamAcl: object };
  expect($userStreamAcl).toEqual({ $r: ['slipway'], $w: ['$admins'], $d: ['$admins'], $mr: ['slipway'], $mw: Object.keys(STREAMS).map(userOf) });
  expect(claimOf('build')).toEqual({ $acl: document.streamPolicies['build'] });
});

it('knows the owner of streams by its user', () => {
  expect(['slipway-build', 'slipway-audit', 'build', undefined].map(ownerOf)).toEqual(['build', undefined, undefined, undefined]);
});

it('has a user for each service, and one that reads', () => {
  expect(EVENT_STORE_IDENTITIES).toEqual(['planning', 'admission', 'build', 'deployment', 'query', 'audit', 'operator']);
});
