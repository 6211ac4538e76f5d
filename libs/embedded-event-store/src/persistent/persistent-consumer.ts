import { AnswerTimes } from './answer-times.js';
import { ItemRate } from './item-rate.js';
import type { Caller } from '../security/gate.js';
import type { EventMessage } from '../protocol/read-codec.js';
import type { Candidate } from './persistent-strategy.js';
import type { Call } from '../transport/call.js';

/** What a consumer asks for when it connects. */
interface Wishes {
  /** How many unanswered events it takes. */
  readonly bufferSize: number;
  /** It takes event ids as text, not as two numbers. */
  readonly textIds: boolean;
}

/** One connection to a group. */
export class Consumer implements Candidate {
  /** Events sent and not answered. */
  inFlight = 0;
  /** Events sent since it connected. */
  total = 0;
  readonly rate = new ItemRate(Date.now());
  /** Kept where the group wants extra statistics. */
  readonly answerTimes: AnswerTimes | undefined;
  private slow = false;

  constructor(
    readonly id: number,
    readonly call: Call,
    readonly caller: Caller,
    readonly wishes: Wishes,
    extraStatistics: boolean,
  ) {
    this.answerTimes = extraStatistics ? new AnswerTimes() : undefined;
  }

  /** Where it connected from. */
  get peer(): string {
    return this.call.peer;
  }

  get connectionName(): string {
    return String(this.call.headers['connection-name'] ?? '<unknown>');
  }

  get userName(): string {
    return this.caller.name ?? 'anonymous';
  }

  get free(): boolean {
    return !this.slow && !this.call.closed && this.inFlight < this.wishes.bufferSize;
  }

  /** Sends an event; `relieved` is called when the connection, if slow, has taken it. */
  send(message: EventMessage, relieved: () => void): void {
    this.inFlight++;
    this.total++;
    if (this.call.write(message)) return;
    this.slow = true;
    void this.call.drained().then(() => {
      this.slow = false;
      relieved();
    });
  }
}
