import * as fc from 'fast-check';

import type { Document, ReadStep } from './test-model.js';

/** What a write expects, relative to where the stream is when its turn comes: so most are near the truth. */
export type Expectation = 'any' | 'no stream' | 'stream exists' | number;

export type Step =
  | {
      readonly do: 'append';
      readonly stream: number;
      readonly expects: Expectation;
      /** Ids of events that a stream has already: from which one on, how many, and of which stream. */
      readonly again: { readonly from: number; readonly count: number; readonly of: number };
      readonly fresh: number;
      /** The first id stands in the append twice. */
      readonly twice: boolean;
      /** Goes into the same commit as the next write. */
      readonly together: boolean;
    }
  | { readonly do: 'metadata'; readonly stream: number; readonly document: Document; readonly together: boolean }
  | { readonly do: 'delete' | 'tombstone'; readonly stream: number; readonly expects: Expectation; readonly together: boolean }
  | { readonly do: 'read'; readonly stream: number; readonly metadata: boolean; readonly read: ReadStep }
  | { readonly do: 'read all'; readonly read: ReadStep }
  | { readonly do: 'restart' };

export const STREAMS = ['a', 'b-1', 'ünï'] as const;

const stream = fc.nat(STREAMS.length - 1);
const together = fc.boolean();
const expects: fc.Arbitrary<Expectation> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('any' as const, 'no stream' as const, 'stream exists' as const) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0, 1, -1, -2, -3) },
);
const read = (most: number): fc.Arbitrary<ReadStep> =>
  fc.record({
    from: fc.oneof(fc.constantFrom('start' as const, 'end' as const), fc.nat(most)),
    backwards: fc.boolean(),
    count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(1000)),
  });
const again = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ from: 0, count: 0, of: 0 }) },
  { weight: 1, arbitrary: fc.record({ from: fc.nat(6), count: fc.integer({ min: 1, max: 3 }), of: stream }) },
);
const document: fc.Arbitrary<Document> = fc.oneof(
  fc.constant({}),
  fc.record({ $maxCount: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ $tb: fc.nat(8) }),
  fc.record({ $maxCount: fc.integer({ min: 1, max: 4 }), $tb: fc.nat(8), custom: fc.constant('kept') }),
);

/** A sequence to try. Appends are most of it; a tombstone ends a stream, so it is rare. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        stream,
        expects,
        again,
        fresh: fc.nat(3),
        twice: fc.nat(15).map((n) => n === 15),
        together,
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('metadata' as const), stream, document, together }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), stream, expects, together }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tombstone' as const), stream, expects, together }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), stream, metadata: fc.nat(3).map((n) => n === 3), read: read(12) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('read all' as const), read: read(40) }) },
    { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  ),
  { minLength: 1, maxLength: 50, size: 'max' },
);
