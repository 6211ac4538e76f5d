export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Long text: where the terminal is too narrow, this column is broken into lines before any other. */
  readonly text?: boolean;
}

const GAP = '  ';
const NARROWEST_TEXT = 24;
const NARROWEST = 8;

/** Rows under titles, within `width` characters. What does not fit goes on in the next line: nothing is cut off. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const cells = rows.map((row) => columns.map(({ value }) => printable(value(row))));
  const natural = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]!.length)));
  const widths = fit(natural, columns, width);
  return [columns.map(({ title }) => title), ...cells].flatMap((row) => lines(row, widths)).join('\n');
}

/** Narrows the widest column until all fit, those with long text first. */
function fit(natural: readonly number[], columns: readonly Column<never>[], width: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  while (total() > width) {
    const narrowed = widest(widths, (index) => columns[index]!.text === true, NARROWEST_TEXT) ?? widest(widths, () => true, NARROWEST);
    if (narrowed === undefined) break;
    widths[narrowed]!--;
  }
  return widths;
}

function widest(widths: readonly number[], eligible: (index: number) => boolean, least: number): number | undefined {
  let found: number | undefined;
  for (const [index, width] of widths.entries()) {
    if (eligible(index) && width > least && (found === undefined || width > widths[found]!)) found = index;
  }
  return found;
}

function lines(row: readonly string[], widths: readonly number[]): string[] {
  const wrapped = row.map((cell, index) => wrap(cell, widths[index]!));
  const height = Math.max(...wrapped.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => wrapped.map((cell, index) => (cell[line] ?? '').padEnd(widths[index]!)).join(GAP).trimEnd());
}

/** At spaces; a word that is longer than a line is broken. */
function wrap(text: string, width: number): string[] {
  const done: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') done.push(line);
    line = word;
    for (; line.length > width; line = line.slice(width)) done.push(line.slice(0, width));
  }
  return [...done, line];
}

/** Commit subjects and command output come from anywhere: no control character of theirs may reach the terminal. */
const printable = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd').trim();
