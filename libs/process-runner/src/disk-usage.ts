import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { TOOL_ENVIRONMENT } from './find-sandbox.js';

/** An empty file takes room as well: the file system has only so many. */
const LEAST_BYTES = 4_096;

/**
 * Bytes that the folders and all in them take, each file once. Stops counting beyond `enough`. By `find`, which does not
 * follow links and is many times faster than asking file by file; files that vanish meanwhile are no matter.
 */
export async function diskUsage(folders: readonly string[], enough: number): Promise<number> {
  if (folders.length === 0) return 0;
  const find = spawn('find', [...folders, '-xdev', '-printf', '%n %D:%i %k\\n'], { env: TOOL_ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(find, 'close');
  closed.catch(() => undefined); // it is awaited below
  const linked = new Set<string>();
  let bytes = 0;
  for await (const line of createInterface(find.stdout)) {
    const [links, id, kib] = line.split(' ') as [string, string, string];
    if (links !== '1' && linked.has(id)) continue;
    if (links !== '1') linked.add(id);
    bytes += Math.max(LEAST_BYTES, Number(kib) * 1024);
    if (bytes > enough) break;
  }
  find.stdout.destroy();
  find.kill();
  await closed;
  return bytes;
}
