import { setImmediate as turn } from 'node:timers/promises';
import { allFactSubjects, type BusAddress, type BusIdentity, connectionOptions, gatewayIdentity, type Refusal } from '@slipway/messaging';
import { connect, ErrorCode, type Msg, type NatsConnection, NatsError, type Subscription } from 'nats';

/** Somebody among the services who asks and follows everything: of tests alone, no platform has such a key. */
export const ONLOOKER: BusIdentity = { ...gatewayIdentity(), name: 'onlooker', hears: allFactSubjects() };

/** Somebody with a key on the bus who tries things, below the level of our own client. */
export class BusParty {
  refused: Refusal[] = [];
  private messages: Msg[] = [];
  private listening: Subscription | undefined;

  private constructor(
    readonly name: string,
    readonly connection: NatsConnection,
  ) {}

  static async enter(address: BusAddress, name: string): Promise<BusParty> {
    const party = new BusParty(name, await connect(connectionOptions(address, name)));
    void party.watch();
    return party;
  }

  /** Answers with its own name, in its own queue group. */
  answer(subject: string): void {
    this.connection.subscribe(subject, { queue: this.name, callback: (error, message) => void (!error && message.respond(this.name)) });
  }

  /** Who answered, or `refused`. */
  async ask(subject: string): Promise<string> {
    try {
      return (await this.connection.request(subject, '', { timeout: 2_000 })).string();
    } catch (error) {
      if (error instanceof NatsError && error.code === String(ErrorCode.PermissionsViolation)) return 'refused';
      throw error;
    }
  }

  async maySubscribe(subject: string, queue?: string): Promise<boolean> {
    const before = this.refused.length;
    const subscription = this.connection.subscribe(subject, { ...(queue && { queue }), callback: () => undefined });
    await this.settle();
    if (!subscription.isClosed()) subscription.unsubscribe();
    return this.refused.length === before;
  }

  async publish(subject: string, reply?: string): Promise<boolean> {
    const before = this.refused.length;
    this.connection.publish(subject, this.name, { ...(reply && { reply }) });
    await this.settle();
    return this.refused.length === before;
  }

  async listen(subject: string): Promise<void> {
    this.listening = this.connection.subscribe(subject, { callback: (error, message) => void (!error && this.messages.push(message)) });
    await this.settle();
  }

  /** What came since `listen`, which ends. */
  async messagesHeard(): Promise<Msg[]> {
    await this.settle();
    this.listening?.unsubscribe();
    return this.messages.splice(0);
  }

  async heard(): Promise<string[]> {
    return (await this.messagesHeard()).map(({ subject }) => subject);
  }

  /** The server has seen, and told, everything up to here. */
  async settle(): Promise<void> {
    await this.connection.flush();
    await turn();
  }

  async leave(): Promise<void> {
    await this.connection.close();
  }

  /** Each refusal counts, also a repeated one: unlike `watchRefusals`. */
  private async watch(): Promise<void> {
    for await (const { data, permissionContext } of this.connection.status()) {
      if (data === String(ErrorCode.PermissionsViolation)) this.refused.push({ operation: permissionContext?.operation === 'subscription' ? 'subscription' : 'publish', subject: permissionContext?.subject ?? '' });
    }
  }
}
