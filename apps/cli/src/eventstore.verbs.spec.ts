import { eventstoreVerbs } from './eventstore.verbs.js';
import { runIn } from './world.fixtures.js';

const run = (...line: string[]) => runIn([eventstoreVerbs], ['eventstore', ...line]);

it.each(['backup', 'restore', 'check', 'scavenge', 'export', 'import', 'user list', 'user add', 'user password', 'user groups', 'user remove'])('%s has help with an example, and says where it looks', async (name) => {
  const { exit, out } = await run(...name.split(' '), '--help');
  expect(exit).toBe(0);
  expect(out).toContain(`Usage: slipway eventstore ${name} [options]`);
  expect(out).toContain(`Example:\n  $ slipway eventstore ${name}`);
  expect(out).toMatch(/--data <directory>[^]*SLIPWAY_EVENTSTORE_DIR/);
});

it('lists its verbs in --help, and where none is given', async () => {
  const { out } = await run('--help');
  for (const name of ['backup', 'restore', 'check', 'scavenge', 'export', 'import', 'user']) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(await run()).toMatchObject({ exit: 2, err: out });
});

it.each([
  ['polish', "unknown command 'polish'"],
  ['backup', "missing required argument 'file'"],
  ['check a b', "too many arguments for 'check'. Expected 1 argument but got 2"],
  ['check --to x', "unknown option '--to'"],
  ['import log --with-system', '--with-system belongs to --to: a data directory takes every stream'],
  ['import log --to esdb://a:1 --data x', '--to and --data name two places to import into'],
  ['import --to nonsense', '--to must be a connection string: esdb://[user:password@]host[:port][?options]'],
  ['user', ''],
  ['user list anna', "too many arguments for 'list'. Expected 0 arguments but got 1"],
  ['user groups anna', "required option '--groups <a,b>' not specified"],
])('%s is wrong usage', async (line, text) => {
  const { exit, err, asked } = await run(...line.split(' '));
  expect({ exit, asked }).toEqual({ exit: 2, asked: [] });
  expect(err).toContain(text);
});
