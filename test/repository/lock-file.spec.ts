import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

/** What is looked at of an entry in package-lock.json. Entries outside `node_modules` are our own packages. */
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { allowScripts } = JSON.parse(text('package.json')) as { allowScripts: Readonly<Record<string, boolean>> };
const { packages } = JSON.parse(text('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };

const INSTALLED = 'node_modules/';
const nameOf = (place: string): string => place.slice(place.lastIndexOf(INSTALLED) + INSTALLED.length);
const foreign = Object.entries(packages).filter(([place, { link }]) => place.includes(INSTALLED) && !link);
const own = Object.entries(packages).filter(([place]) => !place.includes(INSTALLED));

describe('the lock file', () => {
  it('has a sha512 for everything that is installed, from the npm registry and nowhere else', () => {
    expect(foreign.length).toBeGreaterThan(100);
    const odd = foreign.filter(([, { integrity, resolved = 'https://registry.npmjs.org/' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') || !resolved.startsWith('https://registry.npmjs.org/'));
    expect(odd).toEqual([]);
    expect(foreign.filter(([, { inBundle }]) => inBundle)).toEqual([]);
  });

  it('takes no dependency by address, file or tag', () => {
    const asked = Object.entries(packages).flatMap(([place, entry]) => requests(entry).map(([name, range]) => `${place || '.'} ${name} ${range}`));
    expect(asked.filter((line) => !/ (npm:(@[\w.-]+\/)?[\w.-]+@)?[\d~^<>=*v|.\s-][\w~^<>=*|.\s+-]*$/.test(line))).toEqual([]);
  });

  it('gives one version of a package to all of ours that ask for it', () => {
    const versions = new Map<string, Set<string>>();
    for (const [place, entry] of own) {
      for (const [name] of requests(entry).filter(([name]) => !name.startsWith('@slipway/'))) {
        const found = packages[`${place}/${INSTALLED}${name}`] ?? packages[`${INSTALLED}${name}`];
        versions.set(name, (versions.get(name) ?? new Set()).add(found?.version ?? 'none'));
      }
    }
    expect([...versions].filter(([, each]) => each.size !== 1 || each.has('none'))).toEqual([]);
  });
});

describe('install scripts', () => {
  const withScripts = foreign.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => nameOf(place));

  it('are all listed in allowScripts, and nothing else is', () => {
    expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScripts)].sort());
  });

  it('run for the one package that has to be compiled', () => {
    expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['better-sqlite3']);
  });

  it('end an installation by hand when they are not listed', () => {
    expect(text('.npmrc')).toMatch(/^strict-allow-scripts=true$/m);
  });

  it('are off in the installation that npm start and npm test make, where the listed ones are run by name', () => {
    expect(text('deploy/local/run.mjs')).toMatch(/'ci', '--ignore-scripts'/);
    expect(text('deploy/local/run.mjs')).toMatch(/'rebuild', \.\.\.allowedScripts\(\)/);
  });
});

function requests({ dependencies, devDependencies, optionalDependencies }: LockedPackage): [string, string][] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
}
