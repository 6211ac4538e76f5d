import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandAnswer, ERRORS, type Query, type QueryAnswer, SlipwayError } from '@slipway/kernel';
import type { AnswerOf, Fields, GatewayClient } from '@slipway/messaging';

/** How long the demo waits for something to happen before it says that it did not. */
const PATIENCE_MS = 60_000;

/** The people of the demo at their command lines: they repeat what was not answered, under the same command id. */
export class Operator {
  /** Position of the newest fact that one of them made, so that questions are answered after it. */
  private after: string | undefined;

  constructor(
    /** Slipway, as one of them reaches it. */
    private readonly as: (who: string) => Pick<GatewayClient, 'command' | 'query'>,
    /** Who looks at what became of it, unless another is named. */
    private readonly looker: string,
  ) {}

  async command<C extends object>(who: string, type: new () => C, fields: Fields<C>): Promise<CommandAnswer> {
    const commandId = randomUUID();
    const answer = await retried(() => this.as(who).command(type, fields, { commandId, timeoutMs: 5_000 }));
    this.after = answer.position;
    return answer;
  }

  async ask<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>, who = this.looker): Promise<AnswerOf<Q>> {
    const asked = { ...fields, ...(this.after && { after: this.after }) };
    const answer: QueryAnswer<AnswerOf<Q>> = await retried(() => this.as(who).query<A, Q>(type, asked, { timeoutMs: 10_000 }));
    return answer.data;
  }

  /** Asks until the answer is as wished, or patience ends; then the last answer. */
  async until<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>, wished: (answer: AnswerOf<Q>) => boolean, who = this.looker): Promise<AnswerOf<Q>> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.ask<A, Q>(type, fields, who);
      if (wished(answer) || Date.now() > deadline) return answer;
      await sleep(100);
    }
  }

  /** The code with which a command is refused; undefined when it is not. */
  refusal<C extends object>(who: string, type: new () => C, fields: Fields<C>): Promise<string | undefined> {
    return refusalOf(this.command(who, type, fields));
  }
}

/** The code with which it is refused; undefined when it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error.code;
    throw error;
  }
}

async function retried<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SlipwayError) || !ERRORS[error.code].retry || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}
