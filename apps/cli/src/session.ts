import { randomUUID } from 'node:crypto';
import { type CommandAnswer, type Query, SlipwayError, validated } from '@slipway/kernel';
import type { AnswerOf, Fields, GatewayClient, RebuildOutcome } from '@slipway/messaging';
import { nthCommandId } from './command-id.js';
import { gatewayOf } from './gateway-address.js';
import type { Io } from './io.js';
import type { GlobalOptions } from './options.js';
import { Output } from './output.js';

const ANSWER_SECONDS = 10;
/** A candidate may need the whole of a repository to be fetched first. */
export const SLOW_ANSWER_SECONDS = 120;
const END_SECONDS = 1_800;

/** One run of a command: whom it asks, and how the answer is printed. */
export class Session {
  readonly output: Output;
  private readonly firstCommandId: string;
  private commands = 0;
  private client: GatewayClient | undefined;

  constructor(
    readonly io: Io,
    private readonly options: GlobalOptions,
  ) {
    this.output = new Output(io, options.output);
    this.firstCommandId = options.commandId ?? randomUUID();
  }

  /** How long --wait waits, in milliseconds. */
  get patienceMs(): number {
    return (this.options.timeout ?? END_SECONDS) * 1_000;
  }

  /** As whoever the token says. @throws SlipwayError CONFIG_INVALID, NOT_SIGNED_IN */
  get gateway(): GatewayClient {
    this.client ??= this.io.connectGateway(gatewayOf(this.io));
    return this.client;
  }

  /** @throws SlipwayError INVALID_COMMAND before anything is sent; else what the service answers. */
  async command<C extends object>(type: new () => C, fields: Fields<C>, answerSeconds = ANSWER_SECONDS): Promise<CommandAnswer> {
    validated(type, fields);
    const commandId = nthCommandId(this.firstCommandId, this.commands++);
    const timeoutMs = (this.options.timeout ?? answerSeconds) * 1_000;
    try {
      return await this.gateway.command(type, fields, { commandId, correlationId: this.firstCommandId, timeoutMs });
    } catch (error) {
      throw error instanceof SlipwayError && error.code === 'TIMED_OUT' ? withRepetition(error, this.firstCommandId) : error;
    }
  }

  /** @throws SlipwayError INVALID_COMMAND before anything is sent; else what the service answers. */
  async query<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>): Promise<AnswerOf<Q>> {
    validated(type, fields);
    const timeoutMs = Math.min(this.options.timeout ?? ANSWER_SECONDS, ANSWER_SECONDS) * 1_000;
    const answer = await this.gateway.query<A, Q>(type, fields, { timeoutMs });
    return answer.data;
  }

  rebuild(service: string): Promise<RebuildOutcome> {
    const { timeout } = this.options;
    return this.gateway.rebuildViews(service, timeout === undefined ? {} : { timeoutMs: timeout * 1_000 });
  }
}

const withRepetition = (error: SlipwayError, commandId: string): SlipwayError =>
  new SlipwayError('TIMED_OUT', `${error.message} (--command-id ${commandId})`, error.reasons, { cause: error });
