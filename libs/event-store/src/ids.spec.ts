import { derivedId } from './derived-id.js';
import { digestOf } from './digest.js';
import { eventId } from './event-id.js';

const event = { type: 'CandidateCut', data: { a: 1, b: 2 } };

test('a derived id is a UUIDv5 that stays the same for ever', () => {
  expect(derivedId('any text', 'WhenBuildSucceeded')).toBe('b14b1052-6211-572f-9052-c9a95589083d');
});

test('an id derived for something else, or from something else, is another', () => {
  const ids = [derivedId('a', 'one'), derivedId('a', 'two'), derivedId('b', 'one')];
  expect(new Set(ids).size).toBe(3);
});

test('an event id does not depend on the order of keys', () => {
  const same = { type: 'CandidateCut', data: { b: 2, a: 1 } };
  expect(eventId('command', 'candidate-1', 0, 'sha256:0', same)).toBe(eventId('command', 'candidate-1', 0, 'sha256:0', event));
});

test('another command, stream, index, digest or content makes another event id', () => {
  const ids = [
    eventId('command', 'candidate-1', 0, 'sha256:0', event),
    eventId('other', 'candidate-1', 0, 'sha256:0', event),
    eventId('command', 'candidate-2', 0, 'sha256:0', event),
    eventId('command', 'candidate-1', 1, 'sha256:0', event),
    eventId('command', 'candidate-1', 0, 'sha256:1', event),
    eventId('command', 'candidate-1', 0, 'sha256:0', { ...event, data: { a: 1, b: 3 } }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('a digest is SHA-256 over the canonical JSON', () => {
  expect(digestOf({ b: [1, null], a: 'ü', none: undefined })).toBe('sha256:5ddd266d13a5e8cdcca4c2007bb2032c5c319ab15de36c670f395fe8765fc949');
  expect(digestOf({ a: 'ü', b: [1, null] })).toBe(digestOf({ b: [1, null], a: 'ü' }));
});
