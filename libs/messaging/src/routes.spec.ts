import { CutCandidate } from '@slipway/planning/contract';
import { ListReleases, TargetHistory } from '@slipway/query/contract';
import { fieldsFrom, requestFor, routeOf, ROUTES } from './routes.js';
import { allSubjects } from './subjects.js';

const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

describe('routes', () => {
  it('are one for each command and query, and no more', () => {
    expect(ROUTES.map(({ message }) => message.name).sort()).toEqual([...allSubjects().keys()].map(({ name }) => name).sort());
  });

  it('are all different, whatever their parameters are called', () => {
    const shapes = ROUTES.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s uses each parameter once', (_name, { path, fields }) => {
    expect(Object.values(fields).flat().sort()).toEqual(parametersOf(path).sort());
  });

  it('ask queries with GET, and commands otherwise', () => {
    const subject = allSubjects();
    for (const { message, method } of ROUTES) expect([message.name, method === 'GET']).toEqual([message.name, subject.get(message)!.includes('.query.')]);
  });

  it('of strangers are unknown', () => expect(() => routeOf(class Stranger {})).toThrow('Stranger is not in the map of routes'));
});

describe('a request', () => {
  it.each([
    [CutCandidate, { application: 'acme/shop', version: '1.8.0' }, { path: '/applications/acme/shop/candidates', body: { version: '1.8.0' } }],
    [TargetHistory, { target: 'sre/prod/acme/shop', after: undefined }, { path: '/targets/sre/prod/acme/shop/deployments' }],
    [ListReleases, { limit: 5, application: 'acme/shop' }, { path: '/releases?limit=5&application=acme%2Fshop' }],
  ])('for %p', (message, fields, request) => expect(requestFor(routeOf(message), fields)).toEqual(request));

  it('is read back as the same message', () => {
    expect(fieldsFrom(routeOf(CutCandidate), { workspace: 'acme', name: 'shop' }, { version: '1.8.0' })).toEqual({ application: 'acme/shop', version: '1.8.0' });
    expect(fieldsFrom(routeOf(ListReleases), {}, { limit: '5', application: 'acme/shop' })).toEqual({ limit: 5, application: 'acme/shop' });
    expect(fieldsFrom(routeOf(ListReleases), {}, { limit: 'many' })).toEqual({ limit: 'many' });
  });

  it('does not say the same thing twice', () => {
    expect(fieldsFrom(routeOf(CutCandidate), { workspace: 'acme', name: 'shop' }, { application: 'acme/other' })).toBeUndefined();
  });

  it('escapes what would end a part of its path', () => {
    expect(requestFor(routeOf(TargetHistory), { target: 'x/a?b/c#d/e' }).path).toBe('/targets/x/a%3Fb/c%23d/e/deployments');
  });
});
