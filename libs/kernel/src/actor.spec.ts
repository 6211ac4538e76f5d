import { isPerson, parseActor } from './actor.js';
import type { SlipwayError } from './errors.js';

describe('an actor', () => {
  it.each([
    ['person:ann', { kind: 'person', id: 'ann' }],
    ['machine:ci@example.org', { kind: 'machine', id: 'ci@example.org' }],
    ['service:planning', { kind: 'service', id: 'planning' }],
  ])('%s', (text, actor) => expect(parseActor(text)).toEqual(actor));

  it.each(['', 'ann', 'person:', 'robot:r2', 'person: ann', 'person:a\nb', 'person:.', `person:${'a'.repeat(200)}`])('%j is refused', (text) => {
    expect(() => parseActor(text)).toThrow(expect.objectContaining({ code: 'ACTOR_MALFORMED' }) as SlipwayError);
  });

  it('knows persons from machines and services', () => {
    expect([isPerson('person:ann'), isPerson('machine:ci'), isPerson('service:build'), isPerson('nobody')]).toEqual([true, false, false, false]);
  });
});
