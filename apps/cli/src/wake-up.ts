import type { Session } from './session.js';

/**
 * Facts on the bus as a wake-up. NATS delivers at most once, so that a fact may be missed: whoever waits looks from time
 * to time as well.
 */
export class WakeUp {
  /** Position of the newest fact that was heard of. */
  position: string | undefined;
  private ring: () => void = () => undefined;
  private rang = false;

  private constructor() {}

  static async on(session: Session): Promise<{ wakeUp: WakeUp; close: () => void }> {
    const wakeUp = new WakeUp();
    const close = await session.facts((position) => wakeUp.heard(position));
    return { wakeUp, close };
  }

  /** Resolves at the next fact, or at once when there was one since the last wait, or after `ms`, or when it is aborted. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.rang && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        this.ring = resolve;
        timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    clearTimeout(timer);
    this.rang = false;
  }

  private heard(position: string | undefined): void {
    if (position !== undefined && (this.position === undefined || position > this.position)) this.position = position;
    this.rang = true;
    this.ring();
  }
}
