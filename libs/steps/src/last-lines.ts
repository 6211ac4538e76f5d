const LINES = 20;

/** The end of an output, to be put behind a sentence: on lines of its own, or nothing. The whole is in the log. */
export function lastLines(output: string): string {
  const text = output.trimEnd().split('\n').slice(-LINES).join('\n');
  return text.trim() === '' ? '' : `\n${text}`;
}
