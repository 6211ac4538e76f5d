import { SlipwayError } from '@slipway/kernel';
import type { CommandModule } from './cli.js';
import { applicationNamed, freezeNamed, planNamed, releaseNamed, targetNamed } from './names.js';
import { runIn, type World } from './world.fixtures.js';

const RESOLVERS = { application: applicationNamed, plan: planNamed, release: releaseNamed, freeze: freezeNamed } as const;

/** A command that prints what its names stand for. */
const resolve: CommandModule = (program, cli) => {
  program.command('resolve <kind> <name>').action(cli.action(async (session, kind: keyof typeof RESOLVERS, name: string) => session.io.out(await RESOLVERS[kind](session, name))));
  program.command('target <application> <environment>').action(cli.action(async (session, application: string, environment: string) => session.io.out(await targetNamed(session, application, environment))));
};

const ANSWERS = {
  ListApplications: [[{ application: 'acme/shop' }, { application: 'acme/bookshop' }, { application: 'acme/cart' }, { application: 'test/cart' }]],
  ListPlans: [[{ plan: 'acme/shop-to-prod' }]],
  ListReleases: [['rc1-aaaaa', 'rc2-bbbbb', 'rc2-ccccc'].map((end) => ({ release: `acme/shop-1.0.0-${end}` }))],
  ListFreezes: [[{ freeze: 'sre/year-end' }]],
  EnvironmentMatrix: [[{ workspace: 'sre', environment: 'prod' }, { workspace: 'sre', environment: 'test' }, { workspace: 'labs', environment: 'test' }]],
};
const ask = (...line: string[]): Promise<World> => runIn([resolve], line, ANSWERS);

describe('short names', () => {
  it.each([
    ['application', 'shop', 'acme/shop'],
    ['plan', 'shop-to-prod', 'acme/shop-to-prod'],
    ['release', 'shop-1.0.0-rc1-aaaaa', 'acme/shop-1.0.0-rc1-aaaaa'],
    ['release', 'shop-1.0.0-rc1', 'acme/shop-1.0.0-rc1-aaaaa'],
    ['release', 'shop-1.0.0-rc2-ccccc', 'acme/shop-1.0.0-rc2-ccccc'],
    ['freeze', 'year-end', 'sre/year-end'],
  ])('of %s %s are the only one that fits', async (kind, name, qualified) => {
    expect(await ask('resolve', kind, name)).toMatchObject({ out: qualified, exit: 0 });
  });

  it('are asked back when several fit', async () => {
    const { err, exit } = await ask('resolve', 'application', 'cart');
    expect(err.split('\n')).toEqual(['slipway: AMBIGUOUS_NAME: cart may be acme/cart or test/cart; write it in full', '  - CHOICE: acme/cart', '  - CHOICE: test/cart']);
    expect(exit).toBe(2);
  });

  it('of a release may be its candidate, where that has one release only', async () => {
    const { err } = await ask('resolve', 'release', 'shop-1.0.0-rc2');
    expect(err.split('\n')[0]).toBe('slipway: AMBIGUOUS_NAME: shop-1.0.0-rc2 may be acme/shop-1.0.0-rc2-bbbbb or acme/shop-1.0.0-rc2-ccccc; write it in full');
  });

  it('say what there is when none fits', async () => {
    expect(await ask('resolve', 'plan', 'shop')).toMatchObject({ err: 'slipway: PLAN_NOT_FOUND: there is no plan shop; known: acme/shop-to-prod', exit: 5 });
  });

  it('are not looked up when they are in full', async () => {
    expect(await ask('resolve', 'application', 'other/shop')).toMatchObject({ out: 'other/shop', asked: [] });
  });
});

describe('a target', () => {
  it('is the application in the only environment of that name', async () => {
    expect(await ask('target', 'shop', 'prod')).toMatchObject({ out: 'sre/prod/acme/shop' });
    expect(await ask('target', 'acme/shop', 'sre/test')).toMatchObject({ out: 'sre/test/acme/shop', asked: [] });
  });

  it('is asked back when several fit, and told when there is none', async () => {
    expect((await ask('target', 'shop', 'test')).err).toContain('AMBIGUOUS_NAME: test may be sre/test or labs/test');
    expect(await ask('target', 'shop', 'moon')).toMatchObject({ err: 'slipway: TARGET_NOT_FOUND: there is no environment moon of acme/shop; known: sre/prod, sre/test, labs/test', exit: 5 });
  });

  it('has to be named with its workspace before the first deployment', async () => {
    const world = await runIn([resolve], ['target', 'shop', 'prod'], { ...ANSWERS, EnvironmentMatrix: [[]] });
    expect(world).toMatchObject({ err: 'slipway: TARGET_NOT_FOUND: acme/shop is not known to have been deployed anywhere; name the environment with its workspace, such as sre/prod', exit: 5 });
  });

  it('is not guessed when query does not answer', async () => {
    const world = await runIn([resolve], ['target', 'shop', 'prod'], { ListApplications: [new SlipwayError('UNAVAILABLE', 'no service answers')] });
    expect(world).toMatchObject({ out: '', exit: 1 });
  });
});
