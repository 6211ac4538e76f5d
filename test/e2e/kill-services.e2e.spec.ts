import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo, type DemoResult, stopHosts } from '@slipway/demo';
import type { Platform } from '@slipway/platform';

/** Each process is killed once, at another moment of the story. */
const KILLS: readonly (readonly [moment: string, process: string])[] = [
  ['cut 1.0.0', 'planning'],
  ['build 1.0.0-rc1', 'build'],
  ['release 1.0.0-rc1', 'admission'],
  ['cut 0.9.0', 'audit'],
  ['release 1.1.0-rc1', 'query'],
  ['cut 1.2.0', 'gateway'],
  ['approved acme/shop-1.2.0-rc1', 'deployment'],
  ['build 1.2.0-rc2', 'event-store'],
  ['release 1.3.0-rc1', 'nats-server'],
];

describe('kill -9 of every process, once each, during the demo', () => {
  const directories: string[] = [];

  async function run(between?: (moment: string, platform: Platform) => Promise<void>): Promise<DemoResult> {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-kill-'));
    directories.push(directory);
    const story: string[] = [];
    try {
      const result = await demo({ directory, talk: (line) => story.push(line), ...(between && { between }) });
      await result.platform.stop();
      return result;
    } catch (error) {
      throw new Error(`the demo ended early; its story so far:\n${story.join('\n')}`, { cause: error });
    }
  }

  afterAll(async () => {
    for (const directory of directories) {
      await stopHosts(join(directory, 'hosts'));
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('ends with the same final state as the demo that nobody disturbed', async () => {
    const killed: string[] = [];
    const kill = async (moment: string, platform: Platform): Promise<void> => {
      for (const [when, name] of KILLS) {
        if (!moment.startsWith(when) || killed.includes(name)) continue;
        killed.push(name);
        // The kill hits while the next move is on its way.
        setTimeout(() => void platform.process(name).kill('SIGKILL'), 50);
      }
    };
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const first = run(async () => begin());
    // One platform is set up after the other: a client that is closed ends the appends of all in its process (libs/event-store/README.md).
    const [undisturbed, disturbed] = await Promise.all([first, Promise.race([begun, first]).then(() => run(kill))]);

    expect(undisturbed.statements.filter((statement) => !statement.ok)).toEqual([]);
    expect(disturbed.statements.filter((statement) => !statement.ok)).toEqual([]);
    expect(killed.sort()).toEqual(KILLS.map(([, name]) => name).sort());
    expect(finalState(disturbed)).toEqual(finalState(undisturbed));
  }, 300_000);
});

/** What was where, in which order, by digest; and what runs now. Times, ids and ports differ between two runs. */
function finalState({ environments, running }: DemoResult): object {
  const sequence = (rows: DemoResult['environments']['staging']): object[] => rows.map(({ kind, candidate, digests }) => ({ kind, candidate, digests }));
  return { staging: sequence(environments.staging), production: sequence(environments.production), running };
}
