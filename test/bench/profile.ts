import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The functions that a profiled process spent most of its time in (their own, not that of what they called). */
export function topFunctions(folder: string, count: number): { name: string; share: number }[] {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the server left no profile');
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id)!;
    if (name === '(idle)') continue;
    const time = timeDeltas[index] ?? 0;
    total += time;
    spent.set(name, (spent.get(name) ?? 0) + time);
  }
  return [...spent].sort(([, a], [, b]) => b - a).slice(0, count).map(([name, time]) => ({ name, share: time / total }));
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(node_modules|libs)\//, '').replace(/^file:\/\//, '');
  return url === '' ? functionName || '(anonymous)' : `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}
