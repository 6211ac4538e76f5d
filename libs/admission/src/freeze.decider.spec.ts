import { CAROL, freeze, minutesAfter, NOON } from './admission.fixtures.js';
import type { DeclareFreeze } from './freeze.commands.js';
import { type FreezeCommand, freezeDecider } from './freeze.decider.js';
import type { FreezeEvent } from './freeze.events.js';
import { specFor } from './given.fixtures.js';

const given = specFor(freezeDecider);
const by = { actor: CAROL, at: NOON };
const declare = (more: Partial<DeclareFreeze> = {}): FreezeCommand => ({
  type: 'DeclareFreeze',
  data: { freeze: 'sre/spring', environments: ['production'], reason: 'fair', ...more },
  ...by,
});
const lift = (name = 'sre/spring'): FreezeCommand => ({ type: 'LiftFreeze', data: { freeze: name, reason: 'over' }, ...by });
const declared = (more: Parameters<typeof freeze>[0] = {}): FreezeEvent => ({ type: 'FreezeDeclared', data: freeze({ from: NOON, ...more }) });
const lifted: FreezeEvent = { type: 'FreezeLifted', data: { freeze: 'sre/spring', reason: 'over', by: CAROL } };

describe('DeclareFreeze', () => {
  it('begins now and lasts until it is lifted, unless it says otherwise', () => {
    expect(given().when(declare())).toEqual([declared()]);
    expect(given().when(declare({ from: '2026-03-03', until: '2026-03-03T12:00:00+02:00', holdsRollbacks: true }))).toEqual([
      declared({ from: '2026-03-03T00:00:00.000Z', until: '2026-03-03T10:00:00.000Z', holdsRollbacks: true }),
    ]);
  });

  it.each([
    ['ends before it begins', { from: minutesAfter(2), until: minutesAfter(1) }],
    ['has ended already', { until: NOON }],
    ['names a time without a zone', { until: '2026-03-03T12:00:00' }],
    ['names a day that is none', { until: '2026-13-40' }],
  ])('is refused when it %s', (_, times) => {
    expect(given().refuses(declare(times))).toBe('INVALID_COMMAND');
  });

  it('is refused while one with that name stands, also one that begins later', () => {
    expect(given(declared()).refuses(declare())).toBe('FREEZE_EXISTS');
    expect(given(declared({ from: minutesAfter(60) })).refuses(declare())).toBe('FREEZE_EXISTS');
  });

  it('may take a name again that was lifted, or is over', () => {
    expect(given(declared(), lifted).when(declare())).toEqual([declared()]);
    expect(given(declared({ until: NOON })).when(declare())).toEqual([declared()]);
    expect(given(declared()).when(declare({ freeze: 'sre/summer' }))).toHaveLength(1);
  });
});

describe('LiftFreeze', () => {
  it('lifts', () => {
    expect(given(declared()).when(lift())).toEqual([lifted]);
  });

  it.each([
    ['never declared', []],
    ['lifted', [declared(), lifted]],
    ['over', [declared({ until: NOON })]],
  ])('is refused when the freeze was %s', (_, events) => {
    expect(given(...events).refuses(lift())).toBe('FREEZE_NOT_FOUND');
  });
});
