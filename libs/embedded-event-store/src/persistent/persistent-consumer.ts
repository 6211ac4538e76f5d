import type { Caller } from '../security/gate.js';
import type { Candidate } from './persistent-strategy.js';
import type { ResponseSink } from '../protocol/response-sink.js';

/** One connection to a group. */
export class Consumer implements Candidate {
  /** Events sent and not answered. */
  inFlight = 0;
  /** Events sent since it connected. */
  total = 0;
  private slow = false;

  constructor(
    readonly id: number,
    readonly sink: ResponseSink,
    /** How many unanswered events it takes. */
    readonly bufferSize: number,
    readonly peer: string,
    readonly connectionName: string,
    readonly caller: Caller,
  ) {}

  get free(): boolean {
    return !this.slow && !this.sink.closed && this.inFlight < this.bufferSize;
  }

  /** Sends an event; `relieved` is called when the connection, if slow, has taken it. */
  send(message: Buffer, relieved: () => void): void {
    this.inFlight++;
    this.total++;
    if (this.sink.write(message)) return;
    this.slow = true;
    void this.sink.drained().then(() => {
      this.slow = false;
      relieved();
    });
  }
}
