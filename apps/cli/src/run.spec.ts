import { ERRORS, type ErrorCode, type Problem, SlipwayError } from '@slipway/kernel';
import type { CommandModule } from './cli.js';
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
    [['nope'], "unknown command 'nope'"],
    [['release', 'acme/p'], "missing required argument 'candidate'"],
    [['cancel', 'x'], "required option '--reason <text>' not specified"],
    [['cancel', 'x', '--reason', 'r', '--sure'], "unknown option '--sure'"],
    [['cancel', 'x', '--reason', 'r', '-o', 'xml'], "option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, json, yaml"],
    [['cancel', 'x', '--reason', 'r', '--timeout', 'soon'], "option '--timeout <seconds>' argument 'soon' is invalid. It must be a number of seconds above 0"],
  ])('is 2 for %j', async (line, text) => {
    expect(await runIn([releaseVerbs], line)).toMatchObject({ exit: 2, err: `slipway: INVALID_COMMAND: ${text}; see slipway --help` });
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
