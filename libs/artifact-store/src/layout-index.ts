import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@slipway/kernel';
import { withFileLock } from '@slipway/process-runner';
import { writeAtomically } from './atomic-file.js';
import { ANNOTATIONS, type Descriptor, MEDIA_TYPES } from './descriptor.js';

interface Index {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
}

/** Makes the two files by which OCI tools know a layout, unless they are there. */
export async function prepareLayout(directory: string, drafts: string): Promise<void> {
  if (existsSync(join(directory, 'index.json'))) return;
  await withFileLock(lockOf(directory), async () => {
    if (existsSync(join(directory, 'index.json'))) return;
    await write(join(directory, 'oci-layout'), drafts, { imageLayoutVersion: '1.0.0' });
    await write(join(directory, 'index.json'), drafts, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] } satisfies Index);
  });
}

/** Lists the manifest in `index.json` under the name; a name stands for one manifest, the last. Safe across processes. */
export async function recordInLayout(directory: string, drafts: string, reference: string, manifest: Descriptor): Promise<void> {
  const file = join(directory, 'index.json');
  await withFileLock(lockOf(directory), async () => {
    const index = JSON.parse(await readFile(file, 'utf8')) as Index;
    const others = index.manifests.filter(({ annotations }) => annotations?.[ANNOTATIONS.reference] !== reference);
    const entry = { ...manifest, annotations: { ...manifest.annotations, [ANNOTATIONS.reference]: reference } };
    await write(file, drafts, { ...index, manifests: [...others, entry] } satisfies Index);
  });
}

/** What `index.json` lists. */
export async function listLayout(directory: string): Promise<readonly Descriptor[]> {
  return (JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as Index).manifests;
}

const lockOf = (directory: string): string => join(directory, 'index.lock');

async function write(file: string, drafts: string, value: unknown): Promise<void> {
  await writeAtomically(drafts, [Buffer.from(canonicalJson(value))], () => Promise.resolve(file));
}
