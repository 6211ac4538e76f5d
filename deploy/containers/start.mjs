// The images' entry: runs the program that the first argument names, in this very process, with the arguments after it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const SERVICES = ['planning', 'admission', 'build', 'deployment', 'query', 'audit', 'gateway'];
const PROGRAMS = {
  ...Object.fromEntries(SERVICES.map((name) => [name, `apps/${name}/dist/main.js`])),
  'event-store': 'libs/embedded-event-store/dist/main.js',
  'event-store-set-up': 'deploy/event-store/set-up.mjs',
  slipway: 'apps/cli/dist/main.js',
};

const [name, ...rest] = process.argv.slice(2);
if (Object.hasOwn(PROGRAMS, name ?? '')) {
  const program = join(ROOT, PROGRAMS[name]);
  process.argv = [process.argv[0], program, ...rest];
  await import(program);
} else {
  process.stderr.write(`start: name one of ${Object.keys(PROGRAMS).join(', ')}\n`);
  process.exitCode = 2;
}
