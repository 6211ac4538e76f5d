import { RollBack } from '@slipway/deployment/contract';
import { CutCandidate } from '@slipway/planning/contract';
import { EnvironmentMatrix } from '@slipway/query/contract';
import { allSubjects, factSubject, subjectOf } from './subjects.js';

describe('subjects', () => {
  it.each([
    [CutCandidate, 'slipway.v1.planning.command.cut-candidate'],
    [RollBack, 'slipway.v1.deployment.command.roll-back'],
    [EnvironmentMatrix, 'slipway.v1.query.query.environment-matrix'],
  ])('%p', (type, subject) => expect(subjectOf(type)).toBe(subject));

  it('are all different', () => {
    const subjects = [...allSubjects().values()];
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('of facts name the category and the event', () => {
    expect(factSubject('releasePlanAdmission-sre/shop', 'ReleasePlanMatched')).toBe('slipway.v1.event.releasePlanAdmission.release-plan-matched');
  });

  it('does not know strangers', () => expect(() => subjectOf(class Stranger {})).toThrow('Stranger is not in the map of subjects'));
});
