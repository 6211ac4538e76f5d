/** How many items came since it was asked last, or since it was made. */
export class ItemRate {
  private total = 0;

  /** Times in milliseconds. */
  constructor(private time: number) {}

  measure(total: number, time: number): { count: number; perSecond: number } {
    const count = total - this.total;
    const elapsed = time - this.time;
    this.total = total;
    this.time = time;
    return { count, perSecond: elapsed > 0 ? Math.floor((count * 1000) / elapsed) : 0 };
  }
}
