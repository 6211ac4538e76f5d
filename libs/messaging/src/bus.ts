import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandAnswer, fromProblem, type Problem, type Query, type QueryAnswer, SlipwayError } from '@slipway/kernel';
import { connect, ErrorCode as NatsErrorCode, headers, type Msg, type NatsConnection, NatsError } from 'nats';
import { decode, encode, MalformedMessage } from './codec.js';
import { ERROR_HEADERS, HEADERS } from './headers.js';
import { type BusAddress, connectionOptions } from './nats-connection.js';
import type { RebuildOutcome } from './platform.commands.js';
import { rebuildSubject, subjectOf } from './subjects.js';

/** The fields that a caller gives: those of the command without what its class adds. */
export type Fields<T> = { [K in keyof T as K extends 'answer' ? never : K]: T[K] };

/** What a query's class says that it is answered with. */
export type AnswerOf<Q extends Query<unknown>> = Exclude<Q['answer'], undefined>;

/** Gives the assertion of who sends a message. `actor` is who the caller says acts; a signer may know better, or refuse. */
export type Signer = (message: { readonly subject: string; readonly commandId: string; readonly body: Uint8Array }, actor: string | undefined) => string;

export interface CallOptions {
  /** `kind:id`, for a signer that vouches for whomever it is told. */
  readonly actor?: string;
  /** Default: the bus's. One that sends for many has one for each of them. */
  readonly signer?: Signer;
  /** Default: a new one. Give your own to be able to repeat a command whose outcome is unknown. */
  readonly commandId?: string;
  readonly correlationId?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly timeoutMs?: number;
}

const CLOSE_GRACE_MS = 2_000;

/** A client of the bus: asks commands and queries. */
export class Bus {
  private constructor(
    readonly connection: NatsConnection,
    private readonly signer: Signer | undefined,
  ) {}

  /**
   * @param identity whose key it is; the answers arrive in its inbox
   * @throws SlipwayError UNAVAILABLE when no server answers, BUS_REFUSED when it does not know the key, CONFIG_INVALID
   */
  static async connect(address: BusAddress, identity: string, { signer }: { readonly signer?: Signer } = {}): Promise<Bus> {
    const options = connectionOptions(address, identity);
    try {
      return new Bus(await connect({ ...options, timeout: 5_000 }), signer);
    } catch (error) {
      if (error instanceof NatsError && error.code === String(NatsErrorCode.AuthorizationViolation)) {
        throw new SlipwayError('BUS_REFUSED', `NATS at ${address.servers} does not know the key in ${address.seedFile}`, [], { cause: error });
      }
      // A certificate that is not trusted, say. That nobody listens needs no reason.
      const why = error instanceof Error && error.message !== String(NatsErrorCode.ConnectionRefused) ? `: ${error.message}` : '; is the platform up? (npm start)';
      throw new SlipwayError('UNAVAILABLE', `no NATS server answers at ${address.servers}${why}`, [], { cause: error });
    }
  }

  /** Asks for a command. The answer comes after its facts are durable. */
  async command<C extends object>(type: new () => C, fields: Fields<C>, options: CallOptions): Promise<CommandAnswer> {
    return (await this.ask(subjectOf(type), fields, options)) as CommandAnswer;
  }

  async query<A, Q extends Query<A>>(type: new () => Q & Query<A>, fields: Fields<Q>, options: CallOptions = {}): Promise<QueryAnswer<AnswerOf<Q>>> {
    return (await this.ask(subjectOf(type), fields, options)) as QueryAnswer<AnswerOf<Q>>;
  }

  async rebuildViews(service: string, options: CallOptions): Promise<RebuildOutcome> {
    return (await this.ask(rebuildSubject(service), {}, { timeoutMs: 600_000, ...options })) as RebuildOutcome;
  }

  /** Lets what was sent go out. A server that is gone is not waited for. */
  async close(): Promise<void> {
    await Promise.race([this.connection.drain(), sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
    // A drain that meets a server that is gone ends without closing, and would go on dialling.
    await this.connection.close();
  }

  private async ask(subject: string, body: object, options: CallOptions): Promise<unknown> {
    const timeout = options.timeoutMs ?? 10_000;
    const bytes = encode(body);
    const head = headersOf(subject, bytes, options, options.signer ?? this.signer);
    let answer: Msg;
    try {
      answer = await this.connection.request(subject, bytes, { timeout, headers: head });
    } catch (error) {
      throw unanswered(subject, timeout, error);
    }
    const value = decode(answer.data);
    if (value instanceof MalformedMessage) throw new SlipwayError('MALFORMED_MESSAGE', `the answer on ${subject} is not JSON: ${value.detail}`);
    if (answer.headers?.has(ERROR_HEADERS.code)) throw fromProblem(value as Problem);
    return value;
  }
}

function headersOf(subject: string, body: Uint8Array, options: CallOptions, signer: Signer | undefined) {
  const head = headers();
  const commandId = options.commandId ?? randomUUID();
  head.set(HEADERS.commandId, commandId);
  if (signer) head.set(HEADERS.assertion, signer({ subject, commandId, body }, options.actor));
  if (options.correlationId) head.set(HEADERS.correlationId, options.correlationId);
  if (options.traceparent) head.set(HEADERS.traceparent, options.traceparent);
  return head;
}

function unanswered(subject: string, timeoutMs: number, cause: unknown): SlipwayError {
  const code = cause instanceof NatsError ? cause.code : undefined;
  if (code === String(NatsErrorCode.NoResponders)) {
    return new SlipwayError('UNAVAILABLE', `no service answers on ${subject}; it may be starting: try again`, [], { cause });
  }
  if (code === String(NatsErrorCode.Timeout)) {
    return new SlipwayError('TIMED_OUT', `no answer on ${subject} within ${timeoutMs / 1_000} s; ${subject.includes('.command.') ? 'the outcome is unknown: repeat with the same command id to learn it' : 'try again'}`, [], { cause });
  }
  if (code === String(NatsErrorCode.PermissionsViolation)) {
    return new SlipwayError('BUS_REFUSED', `this key may not ask on ${subject}: its account on the bus has no right to it`, [], { cause });
  }
  return new SlipwayError('UNAVAILABLE', `the bus could not carry ${subject}: ${cause instanceof Error ? cause.message : String(cause)}`, [], { cause });
}
