import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives secrets to some work as files that only this user can read, in a folder that is there no longer than the work.
 * After a crash it goes with the attempt's folder, in which it is.
 *
 * @param values variable → value
 * @param work gets variable → path
 */
export async function withSecretFiles<T>(folder: string, values: Readonly<Record<string, string>>, work: (paths: Record<string, string>) => Promise<T>): Promise<T> {
  if (Object.keys(values).length === 0) return work({});
  const directory = join(folder, '.secrets');
  await rm(directory, { recursive: true, force: true });
  try {
    await mkdir(directory, { mode: 0o700 });
    const paths: Record<string, string> = {};
    for (const [variable, value] of Object.entries(values)) {
      paths[variable] = join(directory, variable);
      await writeFile(paths[variable], contentOf(value), { mode: 0o600, flag: 'wx' });
    }
    return await work(paths);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A text of several lines ends with a newline, as ssh and others demand of a key; a token is nothing but itself. */
const contentOf = (value: string): string => (value.includes('\n') && !value.endsWith('\n') ? `${value}\n` : value);
