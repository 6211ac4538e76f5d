import { allSubjects } from '@slipway/messaging';
import { ApproveRelease } from '@slipway/admission/contract';
import { WriteReleasePlan } from '@slipway/planning/contract';
import { ACTIONS, EVERYWHERE, mayDo, mayDoAnywhere, objectWorkspaces, rolesFor, ROLES, ruleFor, ruleOf, sidesOf, workspacesFor } from './index.js';

describe('the table of actions', () => {
  it.each([...allSubjects().keys()].map((type) => [type.name, type] as const))('has %s under its own class', (_name, type) => expect(ruleOf(type).message).toBe(type));

  it('has each action once', () => expect(new Set(ACTIONS.map(({ action }) => action)).size).toBe(ACTIONS.length));

  it('does not know strangers', () => expect(() => ruleOf(class Stranger {})).toThrow('Stranger is not in the table of actions'));

  it.each([
    ['approving', 'review.approve', ['approver']],
    ['overriding', 'exception.grant', ['policy-author']],
    ['rolling back', 'target.roll-back', ['operator']],
    ['writing policy', 'admission.write', ['policy-author']],
    ['reading evidence', 'evidence.read', ['auditor']],
    ['rebuilding views', 'views.rebuild', ['administrator']],
  ] as const)('gives %s to one role alone', (_what, action, roles) => expect(rolesFor(action)).toEqual(roles));

  it('lets an administrator change nothing but the platform', () => {
    const commands = ACTIONS.filter(({ roles }) => roles.includes('administrator') && roles.length < ROLES.length);
    expect(commands.map(({ on }) => on)).toEqual(['platform', 'platform']);
  });
});

describe('rights', () => {
  it('hold in their own workspace', () => {
    expect(mayDo({ shop: ['developer'] }, 'candidate.cut', 'shop')).toBe(true);
    expect(mayDo({ shop: ['developer'] }, 'candidate.cut', 'bank')).toBe(false);
    expect(mayDo({ shop: ['viewer'] }, 'candidate.cut', 'shop')).toBe(false);
  });

  it('hold everywhere for a role in *', () => expect(mayDo({ [EVERYWHERE]: ['operator'] }, 'target.roll-back', 'prod')).toBe(true));

  it('to the platform come from * alone', () => {
    expect(mayDo({ prod: ['administrator'] }, 'views.rebuild', EVERYWHERE)).toBe(false);
    expect(mayDo({ [EVERYWHERE]: ['administrator'] }, 'views.rebuild', EVERYWHERE)).toBe(true);
  });

  it.each(['constructor', '__proto__', 'toString', ''])('are not had in %p by accident', (workspace) => expect(mayDo({}, 'release.show', workspace)).toBe(false));

  it('say where rows may come from', () => {
    expect(workspacesFor({ shop: ['viewer'], bank: [] }, 'release.list')).toEqual(['shop']);
    expect(workspacesFor({ [EVERYWHERE]: ['viewer'] }, 'release.list')).toBe(EVERYWHERE);
    expect(mayDoAnywhere({ shop: [] }, 'release.list')).toBe(false);
  });
});

describe('the workspaces of a message', () => {
  it('are those of the objects that it names', () => {
    expect(objectWorkspaces(ruleOf(WriteReleasePlan), { plan: 'shop/to-prod', application: 'bank/core', target: 'prod' })).toEqual(['shop', 'bank']);
    expect(objectWorkspaces(ruleFor('target.roll-back'), { target: 'prod/live/shop/api' })).toEqual(['prod']);
  });

  it('are not in a review', () => expect(objectWorkspaces(ruleOf(ApproveRelease), { release: 'shop/api-1', environment: 'live' })).toEqual([]));

  it('are two for a target', () => expect(sidesOf('prod/live/shop/api')).toEqual({ managed: 'prod', tenant: 'shop' }));
});
