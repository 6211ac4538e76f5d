import { fold } from '@slipway/kernel';
import { given } from './given.fixtures.js';
import { type ReleasePlanCommand, releasePlanDecider } from './release-plan.decider.js';
import type { ReleasePlanEvent, ReleasePlanSpec } from './release-plan.events.js';

const spec: ReleasePlanSpec = { plan: 'shop/web-to-prod', application: 'shop/web', target: 'sre' };
const written = (change: Partial<ReleasePlanSpec> = {}): ReleasePlanEvent => ({ type: 'ReleasePlanWritten', data: { ...spec, ...change } });
const write = (change: Partial<ReleasePlanSpec> = {}): ReleasePlanCommand => ({
  type: 'WriteReleasePlan',
  data: { ...spec, ...change },
  actor: 'person:dora',
  at: '2026-03-01T10:00:00.000Z',
});

describe('a release plan', () => {
  it('is written', () => given(releasePlanDecider).when(write()).gives(written()));

  it('may name the admission that it means', () => given(releasePlanDecider).when(write({ admission: 'web' })).gives(written({ admission: 'web' })));

  it('is not written again when nothing is new', () => given(releasePlanDecider, [written()]).when(write()).gives());

  it('is written again when its target is another', () =>
    given(releasePlanDecider, [written()]).when(write({ target: 'edge' })).gives(written({ target: 'edge' })));

  it('is written again when it no longer names an admission', () =>
    given(releasePlanDecider, [written({ admission: 'web' })]).when(write({ admission: undefined })).gives(written()));

  it('speaks only for applications of its own workspace', () => given(releasePlanDecider).when(write({ application: 'bank/web' })).refuses('INVALID_COMMAND'));

  it('has the revision of the event that wrote it last', () => {
    expect(fold(releasePlanDecider, [written(), written({ target: 'edge' })])).toMatchObject({ spec: { ...spec, target: 'edge' }, revision: 1 });
  });

  it('remembers each application that it spoke of, the present one last', () => {
    const state = fold(releasePlanDecider, [written(), written({ application: 'shop/api' }), written()]);
    expect(state?.applications).toEqual(['shop/api', 'shop/web']);
  });
});
