import type { Position } from '@eventstore/db-client';

import { APPEND_CALLS, collect, event, events, fresh, knownCredentials, type Cases } from './support.js';

const growing = (positions: readonly Position[]): boolean =>
  positions.every(({ commit, prepare }, index) => index === 0 || (commit > positions[index - 1]!.commit && prepare > positions[index - 1]!.prepare));

export const positions: Cases = (official) => {
  it.each(APPEND_CALLS)('%s: grow with every append, commit and prepare', async (_call, withCredentials) => {
    const found: Position[] = [];
    for (let n = 0; n < 20; n++) found.push((await official().append(fresh(), event(n), 'any', withCredentials ? knownCredentials() : undefined)).position!);
    expect(growing(found)).toBe(true);
  });

  it('grow within one append', async () => {
    const stream = fresh();
    await official().append(stream, events(20));
    const found = (await collect(official().db.readStream(stream))).map((one) => one.event!.position!);
    expect(growing(found)).toBe(true);
  });

  it('are all different with many writers at once', async () => {
    const results = await Promise.all(Array.from({ length: 60 }, (_, n) => official().append(fresh(), event(n))));
    expect(new Set(results.map(({ position }) => position!.commit)).size).toBe(60);
  });

  it('grow over deletes and tombstones', async () => {
    const stream = fresh();
    const found = [(await official().append(stream, event(0))).position!];
    found.push((await official().db.deleteStream(stream)).position!);
    found.push((await official().append(stream, event(1))).position!);
    found.push((await official().db.tombstoneStream(stream)).position!);
    found.push((await official().append(fresh(), event(2))).position!);
    expect(growing(found)).toBe(true);
  });

  it('grow with metadata', async () => {
    const stream = fresh();
    const before = (await official().append(stream, event(0))).position!;
    const { position } = await official().db.setStreamMetadata(stream, { maxCount: 5 });
    expect(growing([before, position!])).toBe(true);
  });

  it('are the same at every read', async () => {
    const stream = fresh();
    const { position } = await official().append(stream, events(3));
    await official().append(fresh(), events(50));
    for (let i = 0; i < 2; i++) {
      const [last] = await collect(official().db.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 }));
      expect(last?.event?.position).toEqual(position);
    }
  });

  it('lead to their event', async () => {
    const stream = fresh();
    for (let n = 0; n < 3; n++) {
      const { position } = await official().append(stream, event(n));
      const [found] = await collect(official().db.readAll({ fromPosition: position!, maxCount: 1 }));
      expect(found?.event).toMatchObject({ streamId: stream, revision: BigInt(n) });
    }
  });
};
