import { listCandidates, showCandidate } from './candidate.reader.js';
import { APPLICATION, buildFailed, buildRequested, buildStarted, buildSucceeded, cut } from './facts.fixtures.js';
import { type Given, minute, viewsOf } from './log.fixtures.js';

const show = (...events: Given[]) => showCandidate(viewsOf(...events), { application: APPLICATION, candidate: '1.0.0-rc1' });

describe('candidates', () => {
  it('are listed newest first, of all applications or of one', () => {
    const db = viewsOf(cut('1.0.0-rc1'), cut('1.0.0-rc2'), cut('0.1.0-rc1', 'shop/api'));
    expect(listCandidates(db, {}).map(({ candidate }) => candidate)).toEqual(['0.1.0-rc1', '1.0.0-rc2', '1.0.0-rc1']);
    expect(listCandidates(db, { application: APPLICATION })).toEqual([
      expect.objectContaining({ candidate: '1.0.0-rc2', cutAt: minute(1) }),
      {
        application: APPLICATION,
        candidate: '1.0.0-rc1',
        commit: 'commit of 1.0.0-rc1',
        subject: 'make 1.0.0-rc1',
        author: 'person:carl',
        cutAt: minute(0),
        changeCount: 1,
        build: 'none',
        snapshot: null,
        reason: null,
      },
    ]);
  });

  it('are unknown before they are cut', () => expect(show()).toBeNull());

  it('show what is in them, and the artifacts of their build', () => {
    expect(show(cut(), buildRequested(), buildStarted(), buildSucceeded())).toMatchObject({
      origin: { kind: 'ref', ref: 'HEAD' },
      previous: null,
      changes: [{ subject: 'make 1.0.0-rc1' }],
      build: 'succeeded',
      snapshot: 'sha256:1.0.0-rc1',
      artifacts: [{ component: 'api', path: 'api.tar', digest: 'sha256:tar-1.0.0-rc1', size: 7, mediaType: 'application/x-tar' }],
      buildLog: '1.log',
    });
  });

  it('say how far their build is', () => {
    expect(show(cut())?.build).toBe('none');
    expect(show(cut(), buildRequested())?.build).toBe('requested');
    expect(show(cut(), buildRequested(), buildStarted())?.build).toBe('running');
  });

  it('say why their build failed, until it is tried again', () => {
    const failure = [cut(), buildRequested(), buildStarted(), buildFailed()];
    expect(show(...failure)).toMatchObject({ build: 'failed', reason: { code: 'RECIPE_FAILED', message: 'exit code 2', at: 'api' }, buildLog: '1.log' });
    expect(show(...failure, buildRequested())).toMatchObject({ build: 'requested', reason: null });
  });
});
