import { ERRORS, type ErrorCode, type Problem, SlipwayError } from '@slipway/kernel';
import type { CommandModule } from './cli.js';
import { getVerbs } from './get.verbs.js';
import { releaseVerbs } from './release.verbs.js';
import { runIn } from './world.fixtures.js';

const CANCEL = ['cancel', 'acme/shop-1.0.0-rc1-aaaaa', '--reason', 'wrong'];
const refused = (code: ErrorCode, ...more: string[]) => runIn([releaseVerbs], [...CANCEL, ...more], { CancelRelease: [new SlipwayError(code, 'because', [{ code: 'WHY', message: 'of that', at: 'there' }])] });

describe('exit codes', () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])('%s has that of the table', async (code) => {
    const { exit, err, out } = await refused(code);
    expect(exit).toBe(ERRORS[code].exit);
    expect(err.startsWith(`slipway: ${code}: because`)).toBe(true);
    expect(err.endsWith('\n  - there: WHY: of that')).toBe(true);
    expect(out).toBe('');
  });

  it('is 0 for what was done', async () => {
    expect(await runIn([releaseVerbs], CANCEL, { CancelRelease: [{ events: [], position: 'p' }] })).toMatchObject({ exit: 0, out: 'Nothing to do: it is so already' });
  });

  it('is 1 for a fault of ours, with its trace', async () => {
    const faulty: CommandModule = (program, cli) => void program.command('fail').action(cli.action(() => Promise.reject(new TypeError('oops'))));
    const { exit, err } = await runIn([faulty], ['fail']);
    expect(exit).toBe(1);
    expect(err).toMatch(/^slipway: INTERNAL: TypeError: oops\n +at /);
  });

  it.each([
    [['nope'], "unknown command 'nope'; see slipway --help"],
    [['get', 'nope'], "unknown command 'nope'; see slipway get --help"],
    [['get', 'plans', 'release'], "too many arguments for 'plans'. Expected 0 arguments but got 1; see slipway get plans --help"],
    [['release', 'acme/p'], "missing required argument 'candidate'; see slipway release --help"],
    [['-o', 'json', 'cancel', 'x'], "required option '--reason <text>' not specified; see slipway cancel --help"],
    [['cancel', 'x', '--reason', 'r', '--sure'], "unknown option '--sure'; see slipway cancel --help"],
    [['cancel', 'x', '--reason', 'r', '-o', 'xml'], "option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, json, yaml; see slipway cancel --help"],
    [['cancel', 'x', '--reason', 'r', '--timeout', 'soon'], "option '--timeout <seconds>' argument 'soon' is invalid. It must be a number of seconds above 0; see slipway cancel --help"],
  ])('is 2 for %j', async (line, text) => {
    const { exit, err } = await runIn([releaseVerbs, getVerbs], line);
    expect({ exit, err: err.split('\n')[0] }).toEqual({ exit: 2, err: `slipway: INVALID_COMMAND: ${text}` });
  });

  it('is 0 for a command\'s help, which says what it does not do without', async () => {
    const { exit, out } = await runIn([releaseVerbs], ['cancel', '--help']);
    expect(exit).toBe(0);
    expect(out).toMatch(/--reason <text> +why \(required\)$/m);
    expect(out).toMatch(/^ +-h, --help +display help for command$/m);
  });

  it('is 2 for a command that its service would refuse, before it is sent', async () => {
    const { exit, err, asked } = await runIn([releaseVerbs], ['release', 'acme/plan', '1.0']);
    expect({ exit, asked }).toEqual({ exit: 2, asked: [] });
    expect(err).toContain('candidate must be a candidate such as 1.8.0-rc1');
  });

  it('is 2 for no command at all, and 0 for --help and --version', async () => {
    expect(await runIn([releaseVerbs], [])).toMatchObject({ exit: 2, err: expect.stringContaining('Usage: slipway') as string });
    expect(await runIn([releaseVerbs], ['--help'])).toMatchObject({ exit: 0, out: expect.stringContaining('Development team:') as string });
    expect(await runIn([releaseVerbs], ['--version'])).toMatchObject({ exit: 0, out: '0.1.0' });
  });
});

describe('an error', () => {
  it('is a problem document as well, where JSON was asked for', async () => {
    const { err } = await refused('RELEASE_ENDED', '-o', 'json');
    expect(JSON.parse(err.split('\n').at(-1)!) as Problem).toMatchObject({ code: 'RELEASE_ENDED', status: 409, detail: 'because', reasons: [{ code: 'WHY' }] });
  });

  it('names the command id under which an unanswered command can be repeated', async () => {
    expect((await refused('TIMED_OUT', '--command-id', 'b2c6a0ce-7a4e-4a9a-8b1e-2f1f5f6f7a80')).err).toContain('TIMED_OUT: because (--command-id b2c6a0ce-7a4e-4a9a-8b1e-2f1f5f6f7a80)');
  });
});
