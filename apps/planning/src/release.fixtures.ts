import { buildStream, type BuildSucceeded, type Snapshot } from '@slipway/build/contract';
import { type CandidateCut, candidateStream, type ReleaseEvent, releaseStream } from '@slipway/planning';
import { callBy, type Planning } from './planning.fixtures.js';
import { ReleasePlans } from './release-plans.js';
import { Releases } from './releases.js';

/** What releases need, for the integration specs: a plan, a cut candidate and its snapshot. */

export const plan = 'shop/web-to-prod';
export const application = 'shop/web';
export const candidate = '1.8.0-rc1';
export const snapshot: Snapshot = { digest: 'sha256:5a', application, candidate, commit: 'c0', components: [], provenance: 'sha256:9f' };

export async function planIsWritten(planning: Planning, of = application): Promise<void> {
  await planning.get(ReleasePlans).write({ plan, application: of, target: 'sre' }, callBy());
}

export async function candidateIsCut(planning: Planning, of = application): Promise<void> {
  const commit = { sha: 'c0', author: 'Ada <ada@example.test>', subject: 'Begin', committedAt: '2026-03-01T09:00:00Z' };
  const cut: CandidateCut = {
    type: 'CandidateCut',
    data: {
      application: of,
      candidate,
      version: '1.8.0',
      number: 1,
      commit,
      origin: { kind: 'ref', ref: 'HEAD' },
      previous: null,
      changes: [commit],
      changeCount: 1,
      repository: '/srv/git/web',
      components: [],
      author: 'person:carl',
    },
  };
  await planning.happened(cut, candidateStream(of));
}

export async function snapshotIsBuilt(planning: Planning, of = application): Promise<void> {
  const at = '2026-03-01T10:00:00.000Z';
  const built: BuildSucceeded = {
    type: 'BuildSucceeded',
    data: { application: of, candidate, attempt: 1, snapshot: { ...snapshot, application: of }, startedAt: at, finishedAt: at, log: 'build.log' },
  };
  await planning.happened(built, buildStream(of, candidate));
}

/** All of it, and the release that it allows. Gives the release's name. */
export async function releaseIsRequested(planning: Planning): Promise<string> {
  await planIsWritten(planning);
  await candidateIsCut(planning);
  await snapshotIsBuilt(planning);
  const answer = await planning.get(Releases).request({ plan, candidate }, callBy());
  return answer.stream.slice(releaseStream('').length);
}

export const factsOf = async (planning: Planning, release: string): Promise<ReleaseEvent[]> => (await planning.facts(releaseStream(release))) as ReleaseEvent[];
