/** Why nothing can be written to a stream of this name; undefined if it can. */
export function problemOfName(stream: string): string | undefined {
  if (stream === '') return 'a stream name must not be empty';
  if (stream === '$all') return 'nothing can be written to $all';
  if (stream === '$$') return '$$ would be the metadata of a stream without a name';
  return undefined;
}
