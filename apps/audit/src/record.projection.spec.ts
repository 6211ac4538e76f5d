import { type Given, positionAt, recordOf } from './record.fixtures.js';
import { auditLog, auditState } from './record.reader.js';

const lifted = (revision: number, stream = 'freeze-sre'): Given => ({
  type: 'FreezeLifted',
  data: { freeze: 'sre/year-end', reason: 'done', by: 'person:sam' },
  stream,
  revision,
  metadata: { actor: 'service:admission', onBehalfOf: 'person:sam', $causationId: 'command-1', $correlationId: 'chain-1' },
});

describe('the record', () => {
  it('tells who, what, when and why', () => {
    expect(auditLog(recordOf(lifted(0)).db, {})).toEqual([
      {
        position: positionAt(0),
        recordedAt: '2026-03-01T10:00:00.000Z',
        stream: 'freeze-sre',
        revision: 0,
        eventId: 'id-0',
        type: 'FreezeLifted',
        actor: 'service:admission',
        onBehalfOf: 'person:sam',
        commandId: 'command-1',
        correlationId: 'chain-1',
        text: 'Freeze sre/year-end was lifted by person:sam: done',
      },
    ]);
  });

  it('comes in pages, oldest first, after a position', () => {
    const { db } = recordOf(lifted(0), lifted(1), lifted(2));
    expect(auditLog(db, { limit: 2 }).map(({ revision }) => revision)).toEqual([0, 1]);
    expect(auditLog(db, { from: positionAt(1) }).map(({ revision }) => revision)).toEqual([2]);
  });

  it('holds what it does not know, written by whomever', () => {
    const { db } = recordOf({ type: 'SomethingElse', data: null, stream: 'other-1', revision: 0 });
    expect(auditLog(db, {})).toMatchObject([{ type: 'SomethingElse', actor: 'unknown', commandId: 'unknown' }]);
  });
});

describe('the state of the record', () => {
  it('is empty for an empty log', () => {
    expect(auditState(recordOf().db)).toEqual({ events: 0, streams: 0, gaps: 0, first: null, last: null });
  });

  it('counts events and streams', () => {
    const { db, errors } = recordOf(lifted(0), lifted(0, 'freeze-ops'), lifted(1));
    expect(auditState(db)).toEqual({ events: 3, streams: 2, gaps: 0, first: positionAt(0), last: positionAt(2) });
    expect(errors).toEqual([]);
  });

  it.each([
    ['a revision is missing', [lifted(0), lifted(2)], 1],
    ['several are', [lifted(0), lifted(5), lifted(6)], 4],
    ['a stream does not begin at its beginning', [lifted(1)], 1],
    ['a revision comes twice', [lifted(0), lifted(0)], 1],
  ])('counts and logs a gap where %s', (_case, events, gaps) => {
    const { db, errors } = recordOf(...events);
    expect(auditState(db).gaps).toBe(gaps);
    expect(errors).toEqual([expect.objectContaining({ stream: 'freeze-sre' })]);
  });
});
