import { ALICE, BOB, DAVE, exception, minutesAfter, NOON, RELEASE } from './admission.fixtures.js';
import type { GrantException } from './exception.commands.js';
import { type ExceptionCommand, exceptionDecider } from './exception.decider.js';
import type { ExceptionEvent } from './exception.events.js';
import { specFor } from './given.fixtures.js';

const given = specFor(exceptionDecider);
const reviewed = { author: ALICE, candidateAuthor: BOB, target: 'sre', environments: ['staging', 'production'] };
const grant = (more: Partial<GrantException> = {}, actor = DAVE): ExceptionCommand => ({
  type: 'GrantException',
  data: { exception: 'sre/let-it-in', release: RELEASE, environment: 'production', gate: 'freeze', reason: 'outage', ...more },
  actor,
  at: NOON,
  reviewed,
  emails: [],
});
const revoke: ExceptionCommand = { type: 'RevokeException', data: { exception: 'sre/let-it-in', reason: 'over' }, actor: DAVE, at: NOON };
const granted = (more: Parameters<typeof exception>[0] = {}): ExceptionEvent => ({ type: 'ExceptionGranted', data: exception(more) });
const revoked: ExceptionEvent = { type: 'ExceptionRevoked', data: { exception: 'sre/let-it-in', reason: 'over', by: DAVE } };

describe('GrantException', () => {
  it('is recorded with the person that answers for it', () => {
    expect(given().when(grant())).toEqual([granted()]);
    expect(given().when(grant({ until: minutesAfter(5) }))).toEqual([granted({ until: minutesAfter(5) })]);
  });

  it.each([
    ['the author of the release', ALICE, 'EXCEPTION_BY_AUTHOR'],
    ['the author of the candidate', BOB, 'EXCEPTION_BY_AUTHOR'],
    ['a machine', 'machine:bot', 'APPROVER_NOT_A_PERSON'],
    ['a service', 'service:admission', 'APPROVER_NOT_A_PERSON'],
  ])('is refused to %s', (_, actor, code) => {
    expect(given().refuses(grant({}, actor))).toBe(code);
  });

  it('is refused to the author of a change', () => {
    const command = { ...grant({}, 'person:eve'), reviewed: { ...reviewed, changeAuthors: ['eve@example.org'] } } as ExceptionCommand;
    expect(given().refuses({ ...command, emails: ['eve@example.org'] } as ExceptionCommand)).toBe('EXCEPTION_BY_AUTHOR');
    expect(given().when(command)).toHaveLength(1);
  });

  it('is refused in another workspace than the one that the release goes to, where no review would find it', () => {
    expect(given().refuses(grant({ exception: 'shop/let-it-in' }))).toBe('INVALID_COMMAND');
  });

  it('is refused for an environment that the release does not go through', () => {
    expect(given().refuses(grant({ environment: 'producton' }))).toBe('ENVIRONMENT_NOT_FOUND');
  });

  it('is refused when it has ended already', () => {
    expect(given().refuses(grant({ until: NOON }))).toBe('INVALID_COMMAND');
  });

  it('is refused while one with that name is in force', () => {
    expect(given(granted()).refuses(grant())).toBe('EXCEPTION_EXISTS');
    expect(given(granted(), revoked).when(grant())).toEqual([granted()]);
    expect(given(granted({ until: NOON })).when(grant())).toEqual([granted()]);
  });
});

describe('RevokeException', () => {
  it('ends it', () => {
    expect(given(granted()).when(revoke)).toEqual([revoked]);
  });

  it.each([
    ['never granted', []],
    ['revoked', [granted(), revoked]],
    ['over', [granted({ until: NOON })]],
  ])('is refused when the exception was %s', (_, events) => {
    expect(given(...events).refuses(revoke)).toBe('EXCEPTION_NOT_FOUND');
  });
});
