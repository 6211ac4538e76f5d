import type { RecordedEvent } from './event-store.js';
import { newEvent } from './testing.js';
import { upcaster, Upcasters } from './upcasters.js';

function recorded(type: string, schema: number, data: unknown): RecordedEvent {
  const { id, metadata } = newEvent();
  return { id, type, data, metadata: { ...metadata, schema }, stream: 'thing-1', revision: 0, position: '', recordedAt: '' };
}

const upcasters = new Upcasters([
  upcaster('CandidateCut', 2, ({ name, ...rest }: { name: string }) => ({ ...rest, title: name.toUpperCase() })),
  upcaster('CandidateCut', 1, (name: string) => ({ name })),
]);

test.each([
  [1, 'rc1'],
  [2, { name: 'rc1' }],
  [3, { title: 'RC1' }],
])('an event of schema %d is read in today’s shape', (schema, data) => {
  expect(upcasters.lift(recorded('CandidateCut', schema, data))).toMatchObject({ data: { title: 'RC1' }, metadata: { schema: 3 } });
});

test('an event that is in today’s schema, or never changed, stays the same object', () => {
  for (const event of [recorded('CandidateCut', 3, {}), recorded('BuildStarted', 1, {})]) expect(upcasters.lift(event)).toBe(event);
});

test('an event of another application, without metadata of ours, is left alone', () => {
  const event = { ...recorded('CandidateCut', 1, {}), metadata: {} as RecordedEvent['metadata'] };
  expect(upcasters.lift(event)).toBe(event);
});

test('tells the schema in which a type is written today', () => {
  expect(upcasters.schemaOf('CandidateCut')).toBe(3);
  expect(upcasters.schemaOf('BuildStarted')).toBe(1);
});

test('refuses two upcasters of one step, and a step that is missing', () => {
  const same = (data: unknown): unknown => data;
  expect(() => new Upcasters([upcaster('A', 1, same), upcaster('A', 1, same)])).toThrow('A has two upcasters from schema 1');
  expect(() => new Upcasters([upcaster('A', 1, same), upcaster('A', 3, same)])).toThrow('A has no upcaster from schema 2');
});
