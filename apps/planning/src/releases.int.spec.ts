import { callBy, Planning } from './planning.fixtures.js';
import { application, candidate, candidateIsCut, factsOf, plan, planIsWritten, releaseIsRequested, snapshot, snapshotIsBuilt } from './release.fixtures.js';
import { Releases } from './releases.js';

let planning: Planning;
beforeEach(async () => (planning = await Planning.start()));
afterEach(() => planning.stop());

const request = (call = callBy()) => planning.get(Releases).request({ plan, candidate }, call);

describe('RequestRelease', () => {
  it('pins plan, snapshot and authors, under a name of its own', async () => {
    await planIsWritten(planning, 'shop/api');
    await planIsWritten(planning);
    await candidateIsCut(planning);
    await snapshotIsBuilt(planning);
    const { stream, events } = await request(callBy('person:dora'));
    const release = stream.slice('release-'.length);
    expect(release).toMatch(/^shop\/web-1\.8\.0-rc1-[a-z0-9]{5}$/);
    expect(events).toEqual([
      {
        type: 'ReleaseRequested',
        data: { release, application, candidate, plan, planRevision: 1, target: 'sre', snapshot, author: 'person:dora', candidateAuthor: 'person:carl', changeAuthors: ['ada@example.test'] },
      },
    ]);
  });

  it('needs a plan, then a candidate, then a snapshot', async () => {
    await expect(request()).rejects.toMatchObject({ code: 'PLAN_NOT_FOUND' });
    await planIsWritten(planning);
    await expect(request()).rejects.toMatchObject({ code: 'CANDIDATE_NOT_FOUND' });
    await candidateIsCut(planning);
    await expect(request()).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_BUILT' });
    await snapshotIsBuilt(planning);
    await expect(request()).resolves.toMatchObject({ repeated: false });
  });

  it('names another release each time that it is asked', async () => {
    await releaseIsRequested(planning);
    expect((await request()).stream).not.toBe((await request()).stream);
  });
});

describe('a repeated RequestRelease', () => {
  it('gets its first outcome', async () => {
    await releaseIsRequested(planning);
    const call = callBy();
    const answer = await request(call);
    expect(await request(call)).toEqual({ ...answer, repeated: true });
  });

  it('makes no second release when the plan speaks of another application by now', async () => {
    await releaseIsRequested(planning);
    const call = callBy();
    const answer = await request(call);
    await candidateIsCut(planning, 'shop/api');
    await snapshotIsBuilt(planning, 'shop/api');
    await planIsWritten(planning, 'shop/api');
    expect(await request(call)).toEqual({ ...answer, repeated: true });
    expect((await request()).stream).toMatch(/^release-shop\/api-/);
  });
});

describe('CancelRelease', () => {
  const cancel = (release: string, call = callBy()) => planning.get(Releases).cancel({ release, reason: 'wrong one' }, call);

  it('ends the release, once', async () => {
    const release = await releaseIsRequested(planning);
    const call = callBy('person:dora');
    const answer = await cancel(release, call);
    expect((await factsOf(planning, release)).at(-1)).toEqual({ type: 'ReleaseCancelled', data: { release, reason: 'wrong one', by: 'person:dora' } });
    expect(await cancel(release, call)).toEqual({ ...answer, repeated: true });
    await expect(cancel(release)).rejects.toMatchObject({ code: 'RELEASE_ENDED' });
  });

  it('needs a release', async () => {
    await expect(cancel('shop/web-1.8.0-rc1-aaaaa')).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });
});
