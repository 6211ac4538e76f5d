import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endGroup, isGroupAlive } from './end-group.js';

/** A group of a shell and its child, that says when it is ready. */
async function group(script: string): Promise<number> {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child.pid!;
}

it('ends all of a group that listens to SIGTERM', async () => {
  const pid = await group('sleep 300 & echo ready; wait');
  expect(isGroupAlive(pid)).toBe(true);
  await endGroup(pid, 5_000);
  expect(isGroupAlive(pid)).toBe(false);
});

it('kills one that does not', async () => {
  const pid = await group('trap "" TERM; sleep 300 & echo ready; wait');
  const begin = performance.now();
  await endGroup(pid, 300);
  expect(performance.now() - begin).toBeGreaterThan(300);
  expect(isGroupAlive(pid)).toBe(false);
});

it('has nothing to do where nobody is', async () => {
  const pid = await group('echo ready');
  await endGroup(pid, 5_000);
  await endGroup(pid, 5_000);
});
