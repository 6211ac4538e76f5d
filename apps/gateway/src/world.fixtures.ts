import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Claims, makeSigningKey, readTrustedKeys, type TrustedKeys, verifyAssertion } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import { type BusIdentity, connectionOptions, CORE, decode, gatewayIdentity, HEADERS, JsonSerializer } from '@slipway/messaging';
import { startNats } from '@slipway/platform';
import { connect, type Msg, type NatsConnection } from 'nats';
import { type Gateway, startGateway } from './start-gateway.js';

export const POSITION = '00000000000000000007/00000000000000000007';

/** What a service was asked, and by whom as the gateway's assertion says. */
export interface Heard {
  readonly subject: string;
  readonly body: unknown;
  readonly claims: Claims;
  readonly commandId: string;
  readonly correlationId: string;
  readonly traceparent: string;
}

/** A gateway before a bus on which one responder stands for all services. */
export class World {
  readonly heard: Heard[] = [];
  /** Subject's last word → what is answered: a value, or an error. Default: an empty answer. */
  readonly answers = new Map<string, unknown>();

  private constructor(
    readonly gateway: Gateway,
    readonly directory: string,
    private readonly nats: { stop(): Promise<void> },
    private readonly responder: NatsConnection,
    /** The first administrator's token. */
    readonly administrator: string,
    /** Whose assertions the responder takes. */
    public keys: TrustedKeys,
  ) {}

  static async start(environment: NodeJS.ProcessEnv = {}, files: Readonly<Record<string, string>> = {}): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-gateway-'));
    mkdirSync(join(directory, 'data'));
    const { privatePem, publicPem } = makeSigningKey();
    writeFileSync(join(directory, 'key.pem'), privatePem, { mode: 0o600 });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o600 });
    const services: BusIdentity = { name: 'services', account: CORE, answers: ['slipway.v1.>'], publishes: [], asks: [], hears: [] };
    const nats = await startNats(join(directory, 'nats'), [gatewayIdentity(), services]);
    const responder = await connect(connectionOptions(nats.address('services'), 'services'));
    const gateway = await startGateway({
      SLIPWAY_NATS: nats.url,
      SLIPWAY_NATS_SEED_FILE: nats.address('gateway').seedFile,
      SLIPWAY_DATA: join(directory, 'data'),
      SLIPWAY_HTTP_PORT: '0',
      SLIPWAY_LOG_LEVEL: 'silent',
      SLIPWAY_ASSERTION_KEY_FILE: join(directory, 'key.pem'),
      ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value?.replace('<dir>', directory)])),
    });
    const world = new World(gateway, directory, nats, responder, readFileSync(join(directory, 'data/first-administrator.token'), 'utf8').trim(), readTrustedKeys(publicPem));
    responder.subscribe('slipway.v1.>', { queue: 'services', callback: (_error, message) => world.answer(message) });
    await responder.flush();
    return world;
  }

  async stop(): Promise<void> {
    await this.gateway.app.close();
    await this.responder.close();
    await this.nats.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** No service answers any more. */
  silence(): Promise<void> {
    return this.responder.drain();
  }

  cutBus(): Promise<void> {
    return this.nats.stop();
  }

  /** Asks over HTTP; the administrator, unless another token (or null: none) is given. */
  async ask(line: string, { body, token = this.administrator, headers = {} }: { body?: unknown; token?: string | null; headers?: Record<string, string> } = {}): Promise<Answer> {
    const [method, path] = line.split(' ', 2) as [string, string];
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${this.gateway.url}${path}`, {
      method,
      ...(text !== undefined && { body: text }),
      headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
    });
    const content = await answer.text();
    return { status: answer.status, headers: answer.headers, body: (content ? JSON.parse(content) : undefined) as Answer['body'] };
  }

  /** A new token of Slipway's own. */
  async token(subject: string, grants: object, days?: number): Promise<{ id: string; token: string }> {
    const { status, body } = await this.ask('POST /v1/tokens', { body: { subject, grants, ...(days && { days }) } });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body as unknown as { id: string; token: string };
  }

  private answer(message: Msg): void {
    const head = (name: string): string => message.headers?.get(name) ?? '';
    const commandId = head(HEADERS.commandId);
    const { subject, data: body } = message;
    const claims = verifyAssertion(head(HEADERS.assertion), { subject, commandId, body }, { keys: this.keys, now: new Date() });
    this.heard.push({ subject, body: decode(body), claims, commandId, correlationId: head(HEADERS.correlationId), traceparent: head(HEADERS.traceparent) });
    const answer = this.answers.get(subject.split('.').at(-1)!);
    const packet = answer instanceof Error ? { err: answer, response: undefined } : { response: answer ?? (subject.includes('.query.') ? { position: POSITION, data: [] } : { stream: 's', revision: 0, position: POSITION, repeated: false, events: [] }) };
    const { data, headers } = new JsonSerializer().serialize({ id: '', ...packet });
    message.respond(data, { ...(headers && { headers }) });
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export const refused = (code: ConstructorParameters<typeof SlipwayError>[0], text: string): SlipwayError => new SlipwayError(code, text);
