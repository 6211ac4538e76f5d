import type { Logger } from 'pino';

/** The log says when work comes up, but not when a lease runs out. */
const LOOK_AGAIN_MS = 5_000;

export interface WorkSource<T> {
  /** What may be there to do, in the order in which it should be done. A hint: the stream decides what may be taken. */
  readonly list: () => readonly T[];
  /** What this process does now it must not take again: the stream can't tell it from the process's own earlier life. */
  readonly key: (work: T) => string;
  /** Takes the work by a lease; undefined when there is nothing to take. What it gives is then done; it never rejects. */
  readonly take: (work: T) => Promise<(() => Promise<void>) | undefined>;
  /** How much is done at a time. */
  readonly parallel: number;
  readonly logger: Logger;
}

/** Takes open work whenever it is woken, as much at a time as it may, and sees each piece through. */
export class WorkLoop<T> {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();
  private awake = false;
  private lookAgain = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly source: WorkSource<T>) {}

  /** Aborted when the service stops: work ends what it runs, and records nothing. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS);
    this.wake();
  }

  /** Cheap; may be called as often as one likes. */
  wake(): void {
    this.lookAgain = true;
    if (this.awake || this.signal.aborted) return;
    this.awake = true;
    this.looking = this.look();
  }

  /** Lets go of all work: its next life, or another replica after the lease, takes it up again. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort(new Error('the service stops'));
    await this.looking;
    await Promise.all(this.running.values());
  }

  private async look(): Promise<void> {
    const { list, key, parallel, logger } = this.source;
    try {
      while (this.lookAgain) {
        this.lookAgain = false;
        for (const work of list()) {
          if (this.signal.aborted || this.running.size >= parallel) break;
          if (!this.running.has(key(work))) await this.take(work);
        }
      }
    } catch (error) {
      logger.error({ err: error }, 'the open work could not be read; looking again soon');
    } finally {
      this.awake = false;
    }
  }

  private async take(work: T): Promise<void> {
    const key = this.source.key(work);
    try {
      const run = await this.source.take(work);
      if (run) this.running.set(key, this.see(key, run));
    } catch (error) {
      // The timer looks again; until then the rest gets its turn.
      this.source.logger.error({ err: error, work: key }, 'work could not be taken');
    }
  }

  private async see(key: string, run: () => Promise<void>): Promise<void> {
    await run();
    this.running.delete(key);
    this.wake();
  }
}
