import { type ApplicationCommand, applicationDecider } from './application.decider.js';
import type { ApplicationSpec } from './application.events.js';
import { given } from './given.fixtures.js';

const spec: ApplicationSpec = {
  application: 'shop/web',
  repository: 'https://example.test/web.git',
  mainline: 'main',
  components: [{ name: 'server', recipe: { command: ['make'], outputs: ['out'] } }],
};

const register = (data: Partial<ApplicationCommand['data']> = {}): ApplicationCommand => ({
  type: 'RegisterApplication',
  data: { application: spec.application, repository: spec.repository, components: [...spec.components], ...data },
  actor: 'person:dora',
  at: '2026-03-01T10:00:00.000Z',
});

describe('an application', () => {
  it('is registered, with main as its mainline', () => {
    given(applicationDecider).when(register()).gives({ type: 'ApplicationRegistered', data: spec });
  });

  it('keeps the mainline that it is given', () => {
    given(applicationDecider)
      .when(register({ mainline: 'trunk' }))
      .gives({ type: 'ApplicationRegistered', data: { ...spec, mainline: 'trunk' } });
  });

  it('is not touched by the same words again', () => {
    given(applicationDecider, [{ type: 'ApplicationRegistered', data: spec }])
      .when(register({ mainline: 'main' }))
      .gives();
  });

  it('is changed by other words', () => {
    const moved = { ...spec, repository: '/srv/git/web' };
    given(applicationDecider, [{ type: 'ApplicationRegistered', data: spec }])
      .when(register({ repository: moved.repository }))
      .gives({ type: 'ApplicationChanged', data: moved });
  });

  it('can be changed back', () => {
    given(applicationDecider, [
      { type: 'ApplicationRegistered', data: spec },
      { type: 'ApplicationChanged', data: { ...spec, mainline: 'trunk' } },
    ])
      .when(register())
      .gives({ type: 'ApplicationChanged', data: spec });
  });
});
