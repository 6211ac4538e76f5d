import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildSubject, Component, Recipe } from '@slipway/build';

// Real folders, repositories and processes for the specs.

/** A temporary folder for one spec file, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-build-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const component = (recipe: Partial<Recipe>, name = 'api'): Component => ({
  name,
  recipe: { command: ['sh', '-c', 'true'], outputs: ['out'], ...recipe },
});

/** A recipe of one line of shell. */
export const shell = (line: string, recipe: Partial<Recipe> = {}, name = 'api'): Component => component({ command: ['sh', '-c', line], ...recipe }, name);

export function subjectWith(components: readonly Component[], fields: Partial<BuildSubject> = {}): BuildSubject {
  return { application: 'acme/shop', candidate: '1.0.0-rc1', repository: '/nowhere', commit: '0'.repeat(40), components, ...fields };
}

/** A repository with one commit. `links` are symbolic links: name → target. */
export async function makeRepository(folder: string, files: Record<string, string>, links: Record<string, string> = {}): Promise<{ repository: string; commit: string }> {
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], { cwd: folder, encoding: 'utf8' }).trim();
  await mkdir(folder, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, join(folder, name));
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  return { repository: folder, commit: git('rev-parse', 'HEAD') };
}

/** Pids of living processes whose environment holds this text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && alive(name) && read(`/proc/${name}/environ`).includes(text)).map(Number);
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
}

const alive = (pid: string): boolean => !/\) [ZX] /.test(read(`/proc/${pid}/stat`));

/** Empty for a process that is gone, or is another user's. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
