/** So many of the last answers count. */
const WINDOW = 1000;

/** How many of a thousand answers were quicker. */
const QUICKER: readonly (readonly [name: string, perMille: number])[] = [
  ['Quintile 1', 0],
  ['Quintile 2', 200],
  ['Quintile 3', 400],
  ['Quintile 4', 600],
  ['Quintile 5', 800],
  ['90%', 900],
  ['95%', 950],
  ['99%', 990],
  ['99.5%', 995],
  ['99.9%', 999],
];

/** How long a consumer took for its last answers, in milliseconds. */
export class AnswerTimes {
  private readonly times: number[] = [];
  private next = 0;

  add(milliseconds: number): void {
    this.times[this.next] = milliseconds;
    this.next = (this.next + 1) % WINDOW;
  }

  /** By the names that clients know, empty before the first answer. */
  measure(): (readonly [name: string, milliseconds: number])[] {
    const count = this.times.length;
    if (count === 0) return [];
    const sorted = [...this.times].sort((a, b) => a - b);
    const sum = sorted.reduce((total, time) => total + time, 0);
    return [
      ['Mean', Math.floor(sum / count)],
      ['Median', sorted[Math.floor(count / 2)]!],
      ['Fastest', sorted[0]!],
      ...QUICKER.map(([name, perMille]) => [name, sorted[Math.floor((perMille * count) / 1000)]!] as const),
      ['Highest', sorted[count - 1]!],
    ];
  }
}
