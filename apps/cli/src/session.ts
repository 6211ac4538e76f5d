import { randomUUID } from 'node:crypto';
import { type CommandAnswer, type Query, SlipwayError, validated } from '@slipway/kernel';
import type { AnswerOf, Fields, RebuildOutcome } from '@slipway/messaging';
import type { BusClient } from './bus-client.js';
import { nthCommandId } from './command-id.js';
import { gatewayOf } from './gateway-address.js';
import type { GatewayClient } from './gateway-client.js';
import type { Io } from './io.js';
import { actorOf, busOf, type GlobalOptions, signerOf } from './options.js';
import { Output } from './output.js';

const ANSWER_SECONDS = 10;
/** A candidate may need the whole of a repository to be fetched first. */
export const SLOW_ANSWER_SECONDS = 120;
const END_SECONDS = 1_800;

/** One run of a command: who acts, through which bus, and how it is printed. Connects when it must. */
export class Session {
  readonly output: Output;
  readonly actor: string;
  private readonly firstCommandId: string;
  private commands = 0;
  private bus: Promise<BusClient> | undefined;

  /** @throws SlipwayError ACTOR_MALFORMED */
  constructor(
    readonly io: Io,
    private readonly options: GlobalOptions,
  ) {
    this.output = new Output(io, options.output);
    this.actor = actorOf(options, io);
    this.firstCommandId = options.commandId ?? randomUUID();
  }

  /** How long --wait waits, in milliseconds. */
  get patienceMs(): number {
    return (this.options.timeout ?? END_SECONDS) * 1_000;
  }

  /** @throws SlipwayError INVALID_COMMAND before anything is sent; else what the service answers. */
  async command<C extends object>(type: new () => C, fields: Fields<C>, answerSeconds = ANSWER_SECONDS): Promise<CommandAnswer> {
    validated(type, fields);
    const commandId = nthCommandId(this.firstCommandId, this.commands++);
    const timeoutMs = (this.options.timeout ?? answerSeconds) * 1_000;
    try {
      return await (await this.connected()).command(type, fields, { actor: this.actor, commandId, correlationId: this.firstCommandId, timeoutMs });
    } catch (error) {
      throw error instanceof SlipwayError && error.code === 'TIMED_OUT' ? withRepetition(error, this.firstCommandId) : error;
    }
  }

  /** @throws SlipwayError INVALID_COMMAND before anything is sent; else what the service answers. */
  async query<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>): Promise<AnswerOf<Q>> {
    validated(type, fields);
    const timeoutMs = Math.min(this.options.timeout ?? ANSWER_SECONDS, ANSWER_SECONDS) * 1_000;
    const answer = await (await this.connected()).query<A, Q>(type, fields, { actor: this.actor, timeoutMs });
    return answer.data;
  }

  async rebuild(service: string): Promise<RebuildOutcome> {
    const { timeout } = this.options;
    return (await this.connected()).rebuildViews(service, { actor: this.actor, ...(timeout !== undefined && { timeoutMs: timeout * 1_000 }) });
  }

  /** For what only the gateway answers. @throws SlipwayError CONFIG_INVALID, NOT_SIGNED_IN */
  gateway(): GatewayClient {
    const address = gatewayOf(this.options, this.io);
    if (!address) throw new SlipwayError('NOT_SIGNED_IN', 'sign in at the gateway first: slipway login');
    return this.io.connectGateway(address);
  }

  /** See BusClient.facts. */
  async facts(onFact: (position: string | undefined) => void): Promise<() => void> {
    return (await this.connected()).facts(onFact);
  }

  async close(): Promise<void> {
    if (this.bus === undefined) return;
    const connected = await this.bus.catch(() => undefined); // Whoever asked for the connection was told why there is none.
    await connected?.close();
  }

  private connected(): Promise<BusClient> {
    this.bus ??= this.connect();
    return this.bus;
  }

  private async connect(): Promise<BusClient> {
    const gateway = gatewayOf(this.options, this.io);
    return gateway ? this.io.connectGateway(gateway) : this.io.connect(busOf(this.options, this.io), signerOf(this.io));
  }
}

const withRepetition = (error: SlipwayError, commandId: string): SlipwayError =>
  new SlipwayError('TIMED_OUT', `${error.message} (--command-id ${commandId})`, error.reasons, { cause: error });
