import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

const page = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');

/** The rows of the tables of threats, cell by cell: S, T, R, I, D or E, the threat, the control, the test. */
const threats = page
  .split('\n')
  .filter((line) => /^\| [STRIDE] \|/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()));
/** `file` "name of a test or a group of tests" */
const tests = [...page.matchAll(/`([\w./-]+\.spec\.ts)` "([^"]+)"/g)].map(([, file, name]) => [file!, name!] as const);

/** The names in a file, as they are printed. */
const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll("\\'", "'");

it.each(tests)('%s has "%s"', (file, name) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  expect(source(file)).toContain(name);
});

it.each(threats)('%s: %s. %s', (...cells) => {
  expect(cells).toHaveLength(4);
  expect(cells[3]).toMatch(/`[\w./-]+\.spec\.ts` "[^"]+"|^Not held yet/);
});

it('names no test without saying which', () => {
  const files = [...page.matchAll(/`[\w./-]+\.spec\.ts/g)];
  // This one is named at the top, for itself.
  expect(files).toHaveLength(tests.length + 1);
  for (const letter of 'STRIDE') expect(threats.some(([kind]) => kind === letter)).toBe(true);
});

it('links to what is there', () => {
  const links = [...page.matchAll(/\]\((?!#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
  expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
});
