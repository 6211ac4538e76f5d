import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock.js';
import { READ_SOURCES } from './read-sources.fixtures.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let directory: string;
let lock: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
  lock = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('withFileLock', () => {
  it('lets one caller at a time through, in order', async () => {
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} in`);
      await pause(10);
      seen.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => withFileLock(lock, work(name))));
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('gives the result or the error of the work, and lets go in both cases', async () => {
    await expect(withFileLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(lock, () => Promise.resolve(7))).toBe(7);
    expect(readdirSync(lock)).toHaveLength(1);
  });

  it('gives up on a living holder after the time limit', async () => {
    mkdirSync(lock);
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'latin1');
    symlinkSync(`${hostname()}:${process.pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`, join(lock, '5'));
    await expect(withFileLock(lock, () => Promise.resolve(), { waitMs: 100 })).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  it('takes over from a process that was killed', async () => {
    mkdirSync(lock);
    const { pid } = spawnSync('true');
    symlinkSync(`${hostname()}:${pid}:1`, join(lock, '5'));
    expect(await withFileLock(lock, () => Promise.resolve('mine'), { waitMs: 100 })).toBe('mine');
  });

  it('lets no two processes in together', async () => {
    const counter = join(directory, 'counter');
    writeFileSync(counter, '0');
    const children = [1, 2, 3, 4].map(() => spawn(process.execPath, ['-e', worker(counter)], { stdio: 'inherit' }));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('100');
  });
});

/** Counts to 25 in a file, in a way that loses counts unless the lock works. */
const worker = (counter: string): string => `
  ${READ_SOURCES}
  const { withFileLock } = require(${JSON.stringify(join(__dirname, 'file-lock.ts'))});
  const fs = require('node:fs');
  (async () => {
    for (let i = 0; i < 25; i++) await withFileLock(${JSON.stringify(lock)}, async () => {
      const count = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8'));
      await new Promise((done) => setTimeout(done, 1));
      fs.writeFileSync(${JSON.stringify(counter)}, String(count + 1));
    });
  })();
`;
