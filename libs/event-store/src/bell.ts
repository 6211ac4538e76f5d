/** Wakes whoever waits for news. A ring with nobody waiting is not remembered: look first, then wait, with no await between. */
export class Bell {
  private waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  ring(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const wake of woken) wake();
  }
}
