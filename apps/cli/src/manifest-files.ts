import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import type { Io } from './io.js';
import type { ManifestFile } from './manifest.js';

const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The texts behind `-f`: a file, `-` for stdin, or the manifests of a folder (not of those below it) by name.
 * @throws SlipwayError MALFORMED_MANIFEST for what can't be read
 */
export async function readManifests(paths: readonly string[], io: Io): Promise<ManifestFile[]> {
  const files = await Promise.all(paths.map((path) => (path === '-' ? fromStdin(io) : fromPath(path, io))));
  return files.flat();
}

const fromStdin = async (io: Io): Promise<ManifestFile[]> => [{ name: 'stdin', text: await io.stdin() }];

async function fromPath(path: string, io: Io): Promise<ManifestFile[]> {
  const absolute = resolve(io.directory, path);
  try {
    if (!(await stat(absolute)).isDirectory()) return [{ name: path, text: await readFile(absolute, 'utf8') }];
    const names = (await readdir(absolute)).filter((name) => MANIFEST.test(name)).sort();
    if (names.length === 0) throw new SlipwayError('MALFORMED_MANIFEST', `folder ${path} has no .yaml, .yml or .json file`);
    return await Promise.all(names.map(async (name) => ({ name: join(path, name), text: await readFile(join(absolute, name), 'utf8') })));
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw new SlipwayError('MALFORMED_MANIFEST', `${path} can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}
