import fc from 'fast-check';
import { fold } from '@slipway/kernel';
import type { ApplicationSpec } from './application.events.js';
import { type CandidateCommand, candidateDecider, type CandidateState, type CutFacts } from './candidate.decider.js';
import type { CandidateCut, Commit } from './candidate.events.js';
import { given } from './given.fixtures.js';

const spec: ApplicationSpec = {
  application: 'shop/web',
  repository: '/srv/git/web',
  mainline: 'main',
  components: [{ name: 'server', recipe: { command: ['make'], outputs: ['out'] } }],
};
const commit = (sha: string): Commit => ({ sha, author: 'Ada <ada@example.test>', subject: `change ${sha}`, committedAt: '2026-03-01T09:00:00Z' });
const facts = (sha: string): CutFacts => ({ commit: commit(sha), changes: [commit(sha)], changeCount: 1, spec });
const call = { actor: 'person:dora', at: '2026-03-01T10:00:00.000Z' };

const cut = (sha: string, version?: string, ref?: string): CandidateCommand => ({
  type: 'CutCandidate',
  data: { application: 'shop/web', version, ref },
  ...call,
  ...facts(sha),
});
const pick = (sha: string, base: string): CandidateCommand => ({
  type: 'CherryPick',
  data: { application: 'shop/web', candidate: base, commits: ['fix'] },
  ...call,
  ...facts(sha),
  picks: [{ from: 'f1', as: sha }],
});
const wasCut = (version: string, number: number, sha: string, previous: CandidateCut['data']['previous'] = null): CandidateCut => ({
  type: 'CandidateCut',
  data: {
    application: 'shop/web',
    candidate: `${version}-rc${number}`,
    version,
    number,
    commit: commit(sha),
    origin: { kind: 'ref', ref: 'HEAD' },
    previous,
    changes: [commit(sha)],
    changeCount: 1,
    repository: spec.repository,
    components: spec.components,
    author: call.actor,
  },
});

describe('a cut', () => {
  it('is 0.1.0-rc1 of HEAD the first time, after no other', () => {
    given(candidateDecider).when(cut('a')).gives(wasCut('0.1.0', 1, 'a'));
  });

  it('takes the version that it is told, and records the ref as it was written', () => {
    const { data } = wasCut('1.8.0', 1, 'a');
    given(candidateDecider)
      .when(cut('a', '1.8.0', 'release/1.8'))
      .gives({ type: 'CandidateCut', data: { ...data, origin: { kind: 'ref', ref: 'release/1.8' } } });
  });

  it('stays at the last version, and counts on', () => {
    given(candidateDecider, [wasCut('0.1.0', 1, 'a'), wasCut('1.8.0', 1, 'b')])
      .when(cut('c'))
      .gives(wasCut('1.8.0', 2, 'c', { candidate: '1.8.0-rc1', commit: 'b' }));
  });

  it('goes on where a version was left, and still follows the last candidate of all', () => {
    given(candidateDecider, [wasCut('1.8.0', 1, 'a'), wasCut('2.0.0', 1, 'b')])
      .when(cut('c', '1.8.0'))
      .gives(wasCut('1.8.0', 2, 'c', { candidate: '2.0.0-rc1', commit: 'b' }));
  });
});

describe('a cherry-pick', () => {
  it('is the next candidate of its base\'s version and names base and picks', () => {
    const { data } = wasCut('1.8.0', 2, 'c', { candidate: '2.0.0-rc1', commit: 'b' });
    given(candidateDecider, [wasCut('1.8.0', 1, 'a'), wasCut('2.0.0', 1, 'b')])
      .when(pick('c', '1.8.0-rc1'))
      .gives({ type: 'CandidateCut', data: { ...data, origin: { kind: 'cherryPick', base: '1.8.0-rc1', picks: [{ from: 'f1', as: 'c' }] } } });
  });

  it('is refused on a candidate that was never cut', () => {
    given(candidateDecider, [wasCut('1.8.0', 1, 'a')]).when(pick('c', '1.8.0-rc2')).refuses('CANDIDATE_NOT_FOUND');
  });
});

describe('whatever is cut and picked', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), version: fc.option(fc.constantFrom('0.1.0', '1.0.0', '1.10.0', '1.1.0'), { nil: undefined }) }),
    fc.record({ kind: fc.constant('pick' as const), base: fc.nat(50) }),
  );

  it('no number is given twice, numbers have no holes, and the candidates form one line', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const log: CandidateCut[] = [];
        for (const [index, each] of steps.entries()) {
          const state: CandidateState = fold(candidateDecider, log);
          const base = each.kind === 'pick' ? state[each.base % Math.max(state.length, 1)] : undefined;
          const command = each.kind === 'cut' ? cut(`s${index}`, each.version) : base && pick(`s${index}`, base.candidate);
          if (command) log.push(...candidateDecider.decide(command, state));
        }
        expect(new Set(log.map(({ data }) => data.candidate)).size).toBe(log.length);
        for (const [index, { data }] of log.entries()) {
          const before = log.slice(0, index);
          expect(data.number).toBe(before.filter((other) => other.data.version === data.version).length + 1);
          const last = before.at(-1)?.data;
          expect(data.previous).toEqual(last ? { candidate: last.candidate, commit: last.commit.sha } : null);
        }
      }),
    );
  });
});

describe('the authors of the changes in a candidate', () => {
  const by = (event: CandidateCut, ...authors: string[]): CandidateCut => ({
    ...event,
    data: { ...event.data, changes: authors.map((author) => ({ ...commit('x'), author })) },
  });
  const authors = (...log: CandidateCut[]) => fold(candidateDecider, log).map((candidate) => candidate.changeAuthors);

  it('stay those of the later candidates of its version, once each, in lower case', () => {
    const log = [
      by(wasCut('1.0.0', 1, 'a'), 'Bob <Bob@Example.test>', 'B. <bob@example.test>'),
      by(wasCut('1.0.0', 2, 'b'), 'Cy <cy@example.test>'),
      by(wasCut('1.1.0', 1, 'c'), 'no mail'),
    ];
    expect(authors(...log)).toEqual([
      ['ada@example.test', 'bob@example.test'],
      ['ada@example.test', 'bob@example.test', 'cy@example.test'],
      ['ada@example.test', 'no mail'],
    ]);
  });
});
