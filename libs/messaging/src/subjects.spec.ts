import { exceptionStream, freezeStream, releasePlanAdmissionStream, reviewStream } from '@slipway/admission/contract';
import { buildStream } from '@slipway/build/contract';
import { RollBack, targetStream } from '@slipway/deployment/contract';
import { WORKSPACE_FORM } from '@slipway/kernel';
import { applicationStream, candidateStream, CutCandidate, releasePlanStream, releaseStream } from '@slipway/planning/contract';
import { EnvironmentMatrix } from '@slipway/query/contract';
import fc from 'fast-check';
import { allSubjects, factSubject, factSubjects, subjectOf } from './subjects.js';

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

  it.each([
    [applicationStream('acme/shop'), 'acme.application'],
    [releasePlanStream('acme/shop'), 'acme.releasePlan'],
    [candidateStream('acme/shop'), 'acme.candidate'],
    [releaseStream('acme/shop-1.0.0-rc1-k3x9a'), 'acme.release'],
    [buildStream('acme/shop', '1.0.0-rc1'), 'acme.build'],
    [releasePlanAdmissionStream('sre/shop'), 'sre.releasePlanAdmission'],
    [freezeStream('sre'), 'sre.freeze'],
    [exceptionStream('sre'), 'sre.exception'],
    [targetStream('sre/prod/acme/shop'), 'sre.target'],
    [reviewStream({ kind: 'release', release: 'acme/shop-1.0.0-rc1-k3x9a' }), 'acme.review'],
    [reviewStream({ kind: 'rollback', release: 'acme/shop-1.0.0-rc1-k3x9a', target: 'sre/prod/acme/shop', deployment: 'prod-7' }), 'sre.review'],
    [targetStream('sre-europe/prod/acme/shop'), 'sre-europe.target'],
  ])('of the facts of %s begin with %s', (stream, owned) => expect(factSubject(stream, 'ThingDone')).toBe(`slipway.v1.event.${owned}.thing-done`));

  it('of facts are told apart by workspace, whatever its name', () => {
    fc.assert(
      fc.property(fc.stringMatching(WORKSPACE_FORM), (workspace) => {
        expect(factSubject(freezeStream(workspace), 'FreezeLifted').split('.')).toEqual(['slipway', 'v1', 'event', workspace, 'freeze', 'freeze-lifted']);
      }),
    );
  });

  it('of facts are followed in one workspace, or in all', () => {
    expect(factSubjects('candidate-', 'acme')).toBe('slipway.v1.event.acme.candidate.*');
    expect(factSubjects('candidate-')).toBe('slipway.v1.event.*.candidate.*');
  });

  it('does not know strangers', () => expect(() => subjectOf(class Stranger {})).toThrow('Stranger is not in the map of subjects'));
});
