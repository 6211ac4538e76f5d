import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ApproveRelease } from '@slipway/admission/contract';
import { Bus, newSeed, platformIdentities, publicKey, type Refusal, subjectOf, watchRefusals } from '@slipway/messaging';
import { CutCandidate } from '@slipway/planning/contract';
import { ListReleases } from '@slipway/query/contract';
import { type Authenticator, connect, headers, type NatsConnection, nkeys } from 'nats';
import { BusParty, ONLOOKER } from './bus-party.fixtures.js';
import { type LoneNats, startNats } from './nats-server.js';

const APPROVE = subjectOf(ApproveRelease);
const CUT = subjectOf(CutCandidate);
const LIST = subjectOf(ListReleases);
const FACT = 'slipway.v1.event.acme.candidate.candidate-cut';
/** The library signs in JavaScript; two hundred signatures of that kind take half a minute here. */
function quickAuthenticator(seedFile: string): Authenticator {
  const pair = (nkeys as { fromSeed: (seed: Uint8Array) => { getPublicKey(): string; getRawSeed(): Uint8Array } }).fromSeed(readFileSync(seedFile).subarray(0, 58));
  const nkey = pair.getPublicKey();
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), pair.getRawSeed()]), format: 'der', type: 'pkcs8' });
  return (nonce = '') => ({ nkey, sig: sign(null, Buffer.from(nonce), key).toString('base64url') });
}

const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('somebody with the key of the development account', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-attacks-'));
  let nats: LoneNats;
  let dev: BusParty;
  let sre: BusParty;
  let onlooker: BusParty;
  let planning: BusParty;
  let query: BusParty;
  let parties: BusParty[] = [];
  const reached: string[] = [];

  beforeAll(async () => {
    nats = await startNats(join(directory, 'nats'), [...platformIdentities(), ONLOOKER]);
    const enter = (name: string): Promise<BusParty> => BusParty.enter(nats.address(name), name);
    [dev, sre, onlooker, planning, query] = await Promise.all([enter('dev'), enter('sre'), enter(ONLOOKER.name), enter('planning'), enter('query')]);
    const admission = await enter('admission');
    parties = [dev, sre, onlooker, planning, query, admission];
    admission.connection.subscribe(APPROVE, { queue: 'admission', callback: (_error, message) => void reached.push(message.string()) });
    planning.answer(CUT);
    query.answer(LIST);
    await Promise.all([admission.settle(), planning.settle(), query.settle()]);
  }, 30_000);

  afterAll(async () => {
    for (const party of parties) await party.leave();
    await nats.stop();
    rmSync(directory, { recursive: true });
  });

  const serverLog = (): string => readFileSync(join(directory, 'nats/nats-server.log'), 'utf8');

  it('may work: ask planning, and follow the facts of its side', async () => {
    expect(await dev.ask(CUT)).toBe('planning');
    const plain = await connect({ servers: nats.url, authenticator: quickAuthenticator(nats.address('dev').seedFile) });
    expect((await plain.request(CUT)).string()).toBe('planning');
    await plain.close();
    await dev.listen(FACT);
    await planning.publish(FACT);
    expect(await dev.heard()).toEqual([FACT]);
  });

  it('may not publish on managed subjects, with or without a way back', async () => {
    expect(await dev.ask(APPROVE)).toBe('refused');
    expect(await dev.publish(APPROVE)).toBe(false);
    const bus = await Bus.connect(nats.address('dev'), 'dev');
    await expect(bus.command(ApproveRelease, { release: 'acme/shop-1.0.0-rc1', environment: 'production' }, { actor: 'person:sre' })).rejects.toThrow(refused('BUS_REFUSED'));
    await bus.close();
    expect(reached).toEqual([]);
  });

  it('may not answer in a service\'s place', async () => {
    for (const queue of [undefined, 'planning', 'dev']) expect(await dev.maySubscribe(CUT, queue)).toBe(false);
    for (const subject of ['_R_.abc.def', '_INBOX.onlooker.abc', '_INBOX.abc']) expect(await dev.publish(subject)).toBe(false);
    expect(await onlooker.ask(CUT)).toBe('planning');
  });

  it('may not read another\'s inbox', async () => {
    await dev.listen('_INBOX.>');
    expect(await sre.ask(LIST)).toBe('query');
    expect(await onlooker.ask(CUT)).toBe('planning');
    expect(await dev.heard()).toEqual([]);
    for (const subject of ['_R_.>', '>', '$SYS.>']) expect(await dev.maySubscribe(subject)).toBe(false);
  });

  it('may not forge a fact', async () => {
    for (const hearer of [onlooker, sre]) await hearer.listen(FACT);
    for (const subject of [FACT, 'slipway.v1.event.acme.review.review-admitted', 'slipway.v1.event.x.y.z']) expect(await dev.publish(subject)).toBe(false);
    for (const hearer of [onlooker, sre]) expect(await hearer.heard()).toEqual([]);
  });

  it('gets nobody else to forge one: an answer that is sent to a fact\'s subject stays in the own account, and is no CloudEvent', async () => {
    for (const hearer of [onlooker, sre, dev]) await hearer.listen(FACT);
    expect(await dev.publish(CUT, FACT)).toBe(true);
    await planning.settle();
    for (const hearer of [onlooker, sre]) expect(await hearer.heard()).toEqual([]);
    const echoes = await dev.messagesHeard();
    expect(echoes.map((message) => message.headers?.has('ce-id') ?? false)).toEqual([false]);
  });

  it('may not name another account as the one that asks', async () => {
    const asked = new Promise<string | undefined>((resolve) =>
      query.connection.subscribe(LIST, { queue: 'query', callback: (_error, message) => void (message.respond(), resolve(message.headers?.get('Nats-Request-Info'))) }),
    );
    await query.settle();
    const head = headers();
    head.set('Nats-Request-Info', '{"acc":"SRE"}');
    // Two replicas share the queue: ask until the one that looks was asked.
    const looked = asked.then(() => true);
    while (!(await Promise.race([looked, dev.connection.request(LIST, '', { headers: head, timeout: 2_000 }).then(() => false)])));
    expect(JSON.parse((await asked)!)).toMatchObject({ acc: 'DEV' });
  });

  it('may not keep others out by taking all connections', async () => {
    const crowd: NatsConnection[] = [];
    const authenticator = quickAuthenticator(nats.address('dev').seedFile);
    const more = async (): Promise<unknown> => crowd.push(await connect({ servers: nats.url, authenticator, reconnect: false }));
    let full: unknown;
    while (full === undefined && crowd.length < 300) full = await more().then(() => undefined, (error: unknown) => error);
    expect(full).toBeDefined();
    expect(crowd).toHaveLength(199);
    expect(serverLog()).toContain('maximum account active connections exceeded');
    expect(crowd[0]!.info!.max_payload).toBe(8 * 2 ** 20);
    await (await Bus.connect(nats.address('sre'), 'sre')).close();
    await Promise.all(crowd.map((connection) => connection.close()));
  }, 20_000);

  it('is told once of each thing that was refused', async () => {
    const told: Refusal[] = [];
    const bus = await Bus.connect(nats.address('dev'), 'dev');
    void watchRefusals(bus.connection, (refusal) => told.push(refusal));
    for (let tries = 0; tries < 3; tries++) bus.connection.publish(APPROVE);
    bus.connection.subscribe(CUT, { queue: 'planning', callback: () => undefined });
    await bus.connection.flush();
    await setImmediate();
    expect(told).toEqual([{ operation: 'publish', subject: APPROVE }, { operation: 'subscription', subject: CUT }]);
    await bus.close();
  });

  it('is named in the server\'s log, with what was tried', () => {
    const key = publicKey(readFileSync(nats.address('dev').seedFile, 'ascii').trim(), 'dev.seed');
    const log = serverLog().split('\n');
    for (const [violation, subject] of [['Publish', APPROVE], ['Publish', FACT], ['Subscription', CUT], ['Subscription', '_R_.>']]) {
      expect(log.filter((line) => line.includes(`${violation} Violation`) && line.includes(key) && line.includes(`"${subject}"`)).length).toBeGreaterThan(0);
    }
  });

  it('does not get in with another key, or without one', async () => {
    const file = join(directory, 'stranger.seed');
    writeFileSync(file, newSeed());
    await expect(Bus.connect({ servers: nats.url, seedFile: file }, 'stranger')).rejects.toThrow(refused('BUS_REFUSED'));
    await expect(connect({ servers: nats.url })).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
    writeFileSync(file, 'no seed');
    await expect(Bus.connect({ servers: nats.url, seedFile: file }, 'stranger')).rejects.toThrow(refused('CONFIG_INVALID'));
    await expect(Bus.connect({ servers: nats.url, seedFile: '/nowhere.seed' }, 'stranger')).rejects.toThrow(refused('CONFIG_INVALID'));
  });
});
