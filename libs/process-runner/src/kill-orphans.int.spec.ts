import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { findProcesses } from './find-processes.js';
import { killOrphans } from './kill-orphans.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

describe('killOrphans', () => {
  it('ends all that carries the run id, and nothing else', async () => {
    const runId = randomUUID();
    const orphan = spawn('sh', ['-c', 'setsid sleep 30 & sleep 30'], { env: { PATH: '/usr/bin:/bin', SLIPWAY_RUN_ID: runId }, detached: true });
    const stranger = spawn('sleep', ['30'], { env: { PATH: '/usr/bin:/bin', SLIPWAY_RUN_ID: `${runId}0` } });
    const ended = once(orphan, 'exit');
    while (findProcesses({ runId }).length < 3) await new Promise((resolve) => setTimeout(resolve, 20));

    expect(await killOrphans(runId)).toBe(3);
    await ended;
    expect(findProcesses({ runId })).toEqual([]);
    expect(findProcesses({ runId: `${runId}0` })).toEqual([stranger.pid]);
    stranger.kill();
    await once(stranger, 'exit');
  });

  it('finds nothing for a run that ended well', async () => {
    expect(await killOrphans(randomUUID())).toBe(0);
  });
});
