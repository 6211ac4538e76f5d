import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import type { Git } from './git.js';

export interface TreeFile {
  /** 100644 or 100755. */
  readonly mode: string;
  readonly content: string;
}

/** Throws PATH_OUTSIDE_CHECKOUT unless every part of the path is a plain name. */
export function assertPathInside(path: string): void {
  const plain = path.split('/').every((part) => !['', '.', '..'].includes(part) && part.toLowerCase() !== '.git' && !part.includes('\0'));
  if (!plain) throw outside(path, 'it must be a path inside the repository');
}

/** `undefined` if there is none. Throws PATH_OUTSIDE_CHECKOUT if a link or a submodule stands in the way. */
export async function findFile(git: Git, commit: string, path: string): Promise<TreeFile | undefined> {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    const entry = await entryAt(git, commit, folder);
    if (entry === undefined) return undefined;
    if (entry.type !== 'tree') throw outside(path, `${folder} is not a folder`);
  }
  const entry = await entryAt(git, commit, path);
  if (entry === undefined) return undefined;
  if (entry.mode !== '100644' && entry.mode !== '100755') throw outside(path, 'it is not a plain file');
  return { mode: entry.mode, content: (await git.run(['cat-file', 'blob', entry.object])).stdout };
}

/** Writes the commit's tree with this file in place. Gives the id of the new tree. */
export async function treeWith(git: Git, commit: string, file: TreeFile & { readonly path: string }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-index-'));
  try {
    const environment = { GIT_INDEX_FILE: join(directory, 'index') };
    const blob = await git.text(['hash-object', '-w', '--stdin', '--no-filters'], { input: file.content });
    await git.run(['read-tree', commit], { environment });
    await git.run(['update-index', '--add', '--cacheinfo', `${file.mode},${blob},${file.path}`], { environment });
    return await git.text(['write-tree'], { environment });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly object: string;
}

async function entryAt(git: Git, commit: string, path: string): Promise<Entry | undefined> {
  const output = await git.text(['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const [mode, type, object] = output.split('\t')[0]?.split(' ') ?? [];
  return mode && type && object ? { mode, type, object } : undefined;
}

function outside(path: string, why: string): SlipwayError {
  return new SlipwayError('PATH_OUTSIDE_CHECKOUT', `${JSON.stringify(path)}: ${why}`, [{ code: 'PATH_OUTSIDE_CHECKOUT', message: why, at: path }]);
}
