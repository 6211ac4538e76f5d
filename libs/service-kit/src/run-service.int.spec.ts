import { randomUUID } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Injectable, type INestMicroservice, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import type { RecordedEvent } from '@slipway/event-store';
import { testKeys } from '@slipway/identity/testing';
import { type CommandAnswer, type Decider, SlipwayError } from '@slipway/kernel';
import { Bus, type BusIdentity, CORE, ERROR_HEADERS, factSubjects, HEADERS, rebuildSubject, type Signer, subjectOf } from '@slipway/messaging';
import { RequestBuild } from '@slipway/build/contract';
import { type LoneNats, startNats } from '@slipway/platform';
import { WaitingList, type WaitingRow } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';
import { headers, type Msg } from 'nats';
import { type Call, CommandHandler, CurrentCall, loadConfig, OnCommand, OnQuery, projections, type Projection, reactors, type Reactor, rebuildController, ServiceConfig, startService, Views } from './index.js';

/** A service of the kit's own, on borrowed subjects: it counts requests. */
type Counted = { type: 'Counted'; data: { application: string; by: string } };
type Count = { type: 'Count'; data: RequestBuild; actor: string; at: string };
const counter: Decider<Count, number, Counted> = {
  initial: () => 0,
  evolve: (state) => state + 1,
  decide: (command, state) => {
    if (command.data.application === 'acme/broken') throw new Error('secret detail');
    if (state >= 100) throw new SlipwayError('CONCURRENT_CHANGE', 'enough');
    return [{ type: 'Counted', data: { application: command.data.application, by: command.actor } }];
  },
};

@Controller()
class CounterController {
  constructor(
    private readonly handler: CommandHandler,
    private readonly views: Views,
  ) {}

  @OnCommand(RequestBuild)
  count(@Payload() command: RequestBuild, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.handler.handle(counter, 'counter-1', 'Count', command, call);
  }

  @OnQuery(WaitingList)
  list(@Payload() _query: WaitingList): Pick<WaitingRow, 'id'>[] {
    return this.views.db.prepare('select id from seen order by id').all() as { id: string }[];
  }
}

@Injectable()
class Seen implements Projection {
  readonly tables = 'create table seen (id text primary key)';
  readonly prefixes = [];
  readonly on = { Counted: (event: RecordedEvent, db: Database) => void db.prepare('insert into seen values (?)').run(event.id) };
}

@Injectable()
class WhenCounted implements Reactor<Counted> {
  static readonly seen: { event: RecordedEvent; call: Call }[] = [];
  readonly on = ['Counted'] as const;

  async handle(event: RecordedEvent<Counted>, call: Call): Promise<void> {
    WhenCounted.seen.push({ event, call });
  }
}

@Module({ controllers: [CounterController, rebuildController('counter')], providers: [...projections([Seen]), ...reactors(['counter-'], [WhenCounted])] })
class CounterModule {}

const SUBJECTS = [subjectOf(RequestBuild), subjectOf(WaitingList), rebuildSubject('counter')];
const COUNTER: BusIdentity = { name: 'counter', account: CORE, answers: SUBJECTS, publishes: [factSubjects('counter-')], asks: [], hears: [] };
const TEST: BusIdentity = { name: 'test', account: CORE, answers: [], publishes: [], asks: SUBJECTS, hears: [factSubjects('counter-')] };

describe('a service on a real bus and store', () => {
  const directory = mkdtempSync(join(tmpdir(), 'service-'));
  const subject = subjectOf(RequestBuild);
  const build = { application: 'acme/shop', candidate: '1.0.0-rc1' };
  const assertions = testKeys();
  let nats: LoneNats;
  let store: EmbeddedEventStore;
  let service: INestMicroservice;
  let bus: Bus;

  beforeAll(async () => {
    nats = await startNats(join(directory, 'nats'), [COUNTER, TEST]);
    store = await startEmbeddedEventStore({ directory: join(directory, 'store') });
    const environment = { SLIPWAY_ASSERTION_KEYS_FILE: assertions.publicFile(directory), SLIPWAY_NATS: nats.url, SLIPWAY_NATS_SEED_FILE: nats.address('counter').seedFile, SLIPWAY_EVENTSTORE: store.connectionString, SLIPWAY_DATA: join(directory, 'data'), SLIPWAY_LOG_LEVEL: 'silent' };
    service = await startService({ name: 'counter', module: CounterModule, owns: ['counter-'] }, environment);
    bus = await Bus.connect(nats.address('test'), 'test', { signer: assertions.anybody });
  }, 30_000);

  afterAll(async () => {
    await bus.close();
    await service.close();
    await store.close();
    await nats.stop();
    rmSync(directory, { recursive: true });
  });

  const raw = (bytes: Uint8Array | string, actor?: string): Promise<Msg> => {
    const head = headers();
    const message = { subject, commandId: randomUUID(), body: Buffer.from(bytes) };
    head.set(HEADERS.commandId, message.commandId);
    if (actor) head.set(HEADERS.assertion, assertions.anybody(message, actor));
    return bus.connection.request(subject, message.body, { timeout: 5_000, headers: head });
  };

  it('answers a command after its fact is in the log, and a question after it', async () => {
    const answer = await bus.command(RequestBuild, build, { actor: 'person:ann' });
    expect(answer.events).toEqual([{ type: 'Counted', data: { application: 'acme/shop', by: 'person:ann' } }]);
    const seen = await bus.query(WaitingList, { after: answer.position }, { actor: 'person:ann' });
    expect(seen.data.length).toBeGreaterThan(0);
    expect(seen.position! >= answer.position).toBe(true);
  });

  it('gives a repeated command its first outcome, and refuses its id for another', async () => {
    const commandId = '3b241101-e2bb-4255-8caf-4136c566a962';
    const first = await bus.command(RequestBuild, build, { actor: 'person:ann', commandId });
    await bus.command(RequestBuild, build, { actor: 'person:ann' });
    expect(await bus.command(RequestBuild, build, { actor: 'person:ann', commandId })).toEqual({ ...first, repeated: true });
    await expect(bus.command(RequestBuild, { ...build, candidate: '2.0.0-rc1' }, { actor: 'person:ann', commandId })).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });

  it.each([
    ['bytes that are not text', new Uint8Array([0xff, 0xfe]), 'person:ann', 'MALFORMED_MESSAGE'],
    ['text that is not JSON', '{"application"', 'person:ann', 'MALFORMED_MESSAGE'],
    ['JSON that is no object', '[1]', 'person:ann', 'INVALID_COMMAND'],
    ['an unknown field', JSON.stringify({ ...build, extra: 1 }), 'person:ann', 'INVALID_COMMAND'],
    ['a bad field', JSON.stringify({ ...build, candidate: 'x' }), 'person:ann', 'INVALID_COMMAND'],
    ['nobody who acts', JSON.stringify(build), undefined, 'ASSERTION_MISSING'],
    ['an actor that is none', JSON.stringify(build), 'ann', 'ASSERTION_INVALID'],
    ['an actor in the payload', JSON.stringify({ ...build, actor: 'person:bob' }), 'person:ann', 'INVALID_COMMAND'],
    ['a fault of ours', JSON.stringify({ ...build, application: 'acme/broken' }), 'person:ann', 'INTERNAL'],
  ])('refuses %s with a code, and lives', async (_what, bytes, actor, code) => {
    const answer = await raw(bytes, actor);
    expect(answer.headers?.get(ERROR_HEADERS.text)).toBe(code);
    expect(answer.string()).not.toContain('secret detail');
    await bus.command(RequestBuild, build, { actor: 'person:ann' });
  });

  it('survives a message that nobody waits for', async () => {
    bus.connection.publish(subject, 'rubbish');
    await bus.command(RequestBuild, build, { actor: 'person:ann' });
  });

  it('publishes its facts as CloudEvents', async () => {
    const published = new Promise<Msg>((resolve) => bus.connection.subscribe('slipway.v1.event.1.counter.counted', { max: 1, callback: (_error, message) => resolve(message) }));
    await bus.connection.flush();
    await bus.command(RequestBuild, build, { actor: 'person:ann' });
    const fact = await published;
    expect(fact.json()).toEqual({ application: 'acme/shop', by: 'person:ann' });
    expect(fact.headers?.get('ce-specversion')).toBe('1.0');
    expect(fact.headers?.get('ce-type')).toBe('dev.slipway.Counted.v1');
    expect(fact.headers?.get('ce-subject')).toBe('counter-1');
  });

  it('reacts to the log, as itself and under an id that follows from the event', async () => {
    const answer = await bus.command(RequestBuild, build, { actor: 'person:ann', correlationId: 'chain-7' });
    const find = () => WhenCounted.seen.find(({ event }) => event.position === answer.position);
    for (let tries = 0; tries < 100 && !find(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(find()?.call).toMatchObject({ actor: 'service:counter', onBehalfOf: 'person:ann', correlationId: 'chain-7' });
  });

  it('takes other keys while it runs: both while they rotate, and then the new one alone', async () => {
    const next = testKeys();
    const file = assertions.publicFile(directory);
    const trust = (pem: string): void => {
      writeFileSync(`${file}.new`, pem);
      renameSync(`${file}.new`, file);
    };
    const count = (signer: Signer) => bus.command(RequestBuild, build, { actor: 'person:ann', signer });
    await expect(count(next.anybody)).rejects.toMatchObject({ code: 'ASSERTION_INVALID', reasons: [{ code: 'UNKNOWN_KEY' }] });
    trust(assertions.publicPem + next.publicPem);
    await count(assertions.anybody);
    await count(next.anybody);
    trust('no key at all');
    await count(next.anybody);
    rmSync(file);
    await count(next.anybody);
    trust(next.publicPem);
    await count(next.anybody);
    await expect(count(assertions.anybody)).rejects.toMatchObject({ code: 'ASSERTION_INVALID', reasons: [{ code: 'UNKNOWN_KEY' }] });
    trust(assertions.publicPem);
    await count(assertions.anybody);
  });

  it('does not start without a key to trust', async () => {
    const environment = { SLIPWAY_ASSERTION_KEYS_FILE: join(directory, 'none.pem'), SLIPWAY_NATS: nats.url, SLIPWAY_NATS_SEED_FILE: nats.address('counter').seedFile, SLIPWAY_EVENTSTORE: store.connectionString, SLIPWAY_DATA: join(directory, 'keyless'), SLIPWAY_LOG_LEVEL: 'silent' };
    await expect(startService({ name: 'counter', module: CounterModule, owns: [] }, environment)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('SLIPWAY_ASSERTION_KEYS_FILE') as string });
  });

  it('does not start with another one\'s key', async () => {
    const environment = { SLIPWAY_ASSERTION_KEYS_FILE: assertions.publicFile(directory), SLIPWAY_NATS: nats.url, SLIPWAY_NATS_SEED_FILE: nats.address('test').seedFile, SLIPWAY_EVENTSTORE: store.connectionString, SLIPWAY_DATA: join(directory, 'other'), SLIPWAY_LOG_LEVEL: 'silent' };
    await expect(startService({ name: 'counter', module: CounterModule, owns: [] }, environment)).rejects.toMatchObject({ code: 'BUS_REFUSED', message: expect.stringContaining(subject) as string });
  });

  it('rebuilds its views while it answers', async () => {
    const outcome = await bus.rebuildViews('counter', { actor: 'person:ann' });
    expect(outcome.after).toBe(outcome.before);
    expect(outcome.events).toBeGreaterThan(0);
  });
});

describe('the config of a service', () => {
  it('names every bad key at once', () => {
    const load = () => loadConfig(ServiceConfig, { SLIPWAY_NATS: 'localhost', SLIPWAY_DATA: 'relative' });
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^(?=.*SLIPWAY_NATS )(?=.*SLIPWAY_NATS_SEED_FILE)(?=.*SLIPWAY_EVENTSTORE)(?=.*SLIPWAY_DATA)/s) as string }) as Error);
  });
});
