import type { CommandAnswer } from '@slipway/kernel';
import { describe } from '@slipway/query';
import { stringify } from 'yaml';
import type { Io } from './io.js';
import type { Format } from './options.js';
import { type Column, table } from './table.js';

/** Where it is not known. */
const WIDTH = 120;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** Data goes to stdout, in the format that was asked for; talk goes to stderr. */
export class Output {
  constructor(
    private readonly io: Io,
    readonly format: Format,
  ) {}

  say(line: string): void {
    this.io.err(line);
  }

  /** @param text what people read in the place of the data */
  data(value: unknown, text: () => string): void {
    if (this.format === 'json') this.io.out(JSON.stringify(value, null, 2));
    else if (this.format === 'yaml') this.io.out(stringify(value).trimEnd());
    else this.io.out(text());
  }

  /** @param nothing what people are told when there are no rows */
  rows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], nothing: string): void {
    if (rows.length === 0 && this.format === 'table') this.say(nothing);
    else this.data(rows, () => this.table(rows, columns));
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
    return table(rows, columns, this.width);
  }

  /** The facts that a command made, each as a sentence. `outcome`: what became of it in the end. */
  answer(answer: CommandAnswer, outcome?: unknown): void {
    const { events, repeated } = answer;
    this.data(outcome === undefined ? answer : { ...answer, outcome }, () =>
      [
        ...(repeated ? ['This command was answered before, with:'] : []),
        ...(events.length === 0 ? ['Nothing to do: it is so already'] : events.map(describe)),
      ].join('\n'),
    );
  }

  /** Before the same data is shown again, on a terminal. */
  clear(): void {
    if (this.format === 'table' && this.io.columns !== undefined) this.io.out(CLEAR_SCREEN);
  }

  private get width(): number {
    return this.io.columns ?? (Number(this.io.environment['COLUMNS']) || WIDTH);
  }
}
