import { type BusIdentity, CORE, platformIdentities, teamIdentity } from './bus-identities.js';
import { allSubjects, rebuildSubject, SERVICES_WITH_VIEWS } from './subjects.js';

const named = (name: string): BusIdentity => platformIdentities().find((identity) => identity.name === name)!;

describe('the identities of the bus', () => {
  const services = platformIdentities().filter(({ answers }) => answers.length > 0);

  it('answer every subject of the map, each in one place', () => {
    const answered = services.flatMap(({ answers }) => answers);
    expect(new Set(answered).size).toBe(answered.length);
    expect(new Set(answered)).toEqual(new Set([...allSubjects().values(), ...SERVICES_WITH_VIEWS.map(rebuildSubject)]));
  });

  it('publish the facts of a category in one place', () => {
    const published = platformIdentities().flatMap(({ publishes }) => publishes);
    expect(new Set(published).size).toBe(published.length);
    expect(named('build').publishes).toEqual(['slipway.v1.event.*.build.*']);
    expect(named('audit').publishes).toEqual([]);
  });

  it('keep services apart from teams: who answers asks nothing, and who asks answers nothing', () => {
    expect(services.every(({ account, asks, hears }) => account === CORE && asks.length + hears.length === 0)).toBe(true);
    // The gateway asks for others; nobody in there reads along.
    expect(platformIdentities().filter(({ account, asks, hears }) => account === CORE && asks.length + hears.length > 0).map(({ name, hears }) => ({ name, hears }))).toEqual([{ name: 'gateway', hears: [] }]);
    expect(platformIdentities().filter(({ account }) => account !== CORE).map(({ name, publishes, answers }) => ({ name, publishes, answers }))).toEqual([
      { name: 'dev', publishes: [], answers: [] },
      { name: 'sre', publishes: [], answers: [] },
    ]);
  });

  it('give a team its own commands only', () => {
    const commands = (name: string): Set<string> => new Set(named(name).asks.filter((subject) => subject.includes('.command.')).map((subject) => subject.split('.')[2]!));
    expect(commands('dev')).toEqual(new Set(['planning', 'build']));
    expect(commands('sre')).toEqual(new Set(['admission', 'deployment']));
  });

  it('let a tenant follow no facts that carry the managed side\'s steps and variables', () => {
    expect(named('dev').hears).toEqual(['application', 'releasePlan', 'candidate', 'release', 'build'].map((category) => `slipway.v1.event.*.${category}.*`));
  });

  it('let a client of one workspace follow what its own services publish there, and no reviews, which are of two', () => {
    const followed = (categories: string[]): string[] => categories.map((category) => `slipway.v1.event.shop.${category}.*`);
    expect(teamIdentity('development', 'shop').hears).toEqual(followed(['application', 'releasePlan', 'candidate', 'release', 'build']));
    expect(teamIdentity('managed', 'shop').hears).toEqual(followed(['releasePlanAdmission', 'freeze', 'exception', 'target']));
  });

  it('give a workspace an account of its own, and no odd names', () => {
    expect(teamIdentity('development', 'shop')).toMatchObject({ name: 'dev-shop', account: 'DEV-shop' });
    for (const bad of ['', 'A', '../x', 'a b', '-a', 'a.b', '*', '>', '"']) expect(() => teamIdentity('managed', bad)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});
