import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAMS } from '@slipway/kernel';
import { COMMANDS, CORE, platformIdentities, QUERIES, rebuildSubject, SERVICES_WITH_VIEWS, subjectOf, teamIdentity } from '@slipway/messaging';
import { BusParty } from './bus-party.fixtures.js';
import { type LoneNats, startNats } from './nats-server.js';

/** What the bus carries, and whose it is. Facts of a category and workspace share a permission: one of them stands for all. */
interface Subject {
  readonly subject: string;
  readonly owner: string;
  readonly kind: 'command' | 'query' | 'rebuild' | 'fact';
  /** Of a fact. */
  readonly workspace?: string;
  readonly category?: string;
}

const WORKSPACES = ['shop', 'live'];

const SUBJECTS: readonly Subject[] = [
  ...Object.entries(COMMANDS).flatMap(([owner, types]) => types.map((type) => ({ subject: subjectOf(type), owner, kind: 'command' as const }))),
  ...Object.entries(QUERIES).flatMap(([owner, types]) => types.map((type) => ({ subject: subjectOf(type), owner, kind: 'query' as const }))),
  ...SERVICES_WITH_VIEWS.map((owner) => ({ subject: rebuildSubject(owner), owner, kind: 'rebuild' as const })),
  ...WORKSPACES.flatMap((workspace) =>
    Object.entries(STREAMS).flatMap(([owner, prefixes]) =>
      prefixes.map((prefix) => prefix.slice(0, -1)).map((category) => ({ subject: `slipway.v1.event.${workspace}.${category}.something-done`, owner, kind: 'fact' as const, workspace, category })),
    ),
  ),
];

const IDENTITIES = [...platformIdentities(), teamIdentity('development', 'shop'), teamIdentity('managed', 'live')];

/** Whose commands, and whose facts: written down here once more, not taken from what is tested. */
const DEV = { commands: ['planning', 'build'], facts: ['planning', 'build'] };
const SRE = { commands: ['admission', 'deployment'], facts: ['planning', 'admission', 'build', 'deployment'] };
const SHOP = { ...DEV, workspace: 'shop' };
const LIVE = { commands: SRE.commands, facts: ['admission', 'deployment'], workspace: 'live' };
const CLIENTS: Readonly<Record<string, typeof DEV & { workspace?: string }>> = { dev: DEV, 'dev-shop': SHOP, sre: SRE, 'sre-live': LIVE };

const mayAsk = (name: string, { kind, owner }: Subject): boolean =>
  kind !== 'fact' && (name === 'gateway' || (name in CLIENTS && (kind === 'query' || (kind === 'command' && CLIENTS[name]!.commands.includes(owner)))));

function mayHear(name: string, { kind, owner, workspace, category }: Subject): boolean {
  if (kind !== 'fact') return false;
  const client = CLIENTS[name];
  return client !== undefined && client.facts.includes(owner) && (client.workspace === undefined || (client.workspace === workspace && category !== 'review'));
}

describe('every subject × every identity, on a real server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-permissions-'));
  const parties = new Map<string, BusParty>();
  let nats: LoneNats;
  const wrong: string[] = [];
  let cells = 0;

  function cell(name: string, what: string, subject: string, is: unknown, expected: unknown): void {
    cells++;
    if (JSON.stringify(is) !== JSON.stringify(expected)) wrong.push(`${name} ${what} ${subject}: ${JSON.stringify(is)}, not ${JSON.stringify(expected)}`);
  }

  beforeAll(async () => {
    nats = await startNats(join(directory, 'nats'), IDENTITIES);
    for (const { name } of IDENTITIES) parties.set(name, await BusParty.enter(nats.address(name), name));
    for (const { owner, subject, kind } of SUBJECTS) if (kind !== 'fact') parties.get(owner)!.answer(subject);
    for (const party of parties.values()) await party.settle();
    expect([...parties.values()].flatMap((party) => party.refused)).toEqual([]);
  }, 30_000);

  afterAll(async () => {
    for (const party of parties.values()) await party.leave();
    await nats.stop();
    rmSync(directory, { recursive: true });
  });

  afterEach(() => expect(wrong).toEqual([]));
  afterAll(() => void process.stdout.write(`bus permissions: ${cells} cells, wrong ${wrong.length}\n`));

  it.each(IDENTITIES.map(({ name }) => name))('%s asks what it may, and is answered by who should', async (name) => {
    for (const subject of SUBJECTS.filter(({ kind }) => kind !== 'fact')) {
      cell(name, 'asks', subject.subject, await parties.get(name)!.ask(subject.subject), mayAsk(name, subject) ? subject.owner : 'refused');
    }
  });

  it.each(IDENTITIES.map(({ name }) => name))('%s takes only its own requests, and listens to nobody else\'s', async (name) => {
    const party = parties.get(name)!;
    for (const { subject, owner } of SUBJECTS.filter(({ kind }) => kind !== 'fact')) {
      cell(name, 'answers', subject, await party.maySubscribe(subject, owner), name === owner);
      cell(name, 'listens to', subject, await party.maySubscribe(subject), false);
      if (name !== owner) cell(name, 'answers in a group of its own', subject, await party.maySubscribe(subject, name), false);
    }
  });

  it.each(IDENTITIES.map(({ name }) => name))('%s publishes and follows only the facts that are its to publish or follow', async (name) => {
    for (const subject of SUBJECTS.filter(({ kind }) => kind === 'fact')) {
      cell(name, 'follows', subject.subject, await parties.get(name)!.maySubscribe(subject.subject), mayHear(name, subject));
      const hearers = IDENTITIES.filter((hearer) => mayHear(hearer.name, subject)).map((hearer) => parties.get(hearer.name)!);
      for (const hearer of hearers) await hearer.listen(subject.subject);
      const published = await parties.get(name)!.publish(subject.subject);
      cell(name, 'publishes', subject.subject, published, name === subject.owner);
      for (const hearer of hearers) cell(name, `is heard by ${hearer.name} on`, subject.subject, await hearer.heard(), published ? [subject.subject] : []);
    }
  });

  it.each(IDENTITIES.map(({ name, account }) => [name, account]))('%s reads no inbox but its own, and writes into none', async (name, account) => {
    const party = parties.get(name)!;
    for (const other of ['gateway', 'planning']) {
      // A team is alone in its account: a name there is not that of somebody in CORE. A service asks nothing, and has no inbox.
      const own = account !== CORE || (name === 'gateway' && other === 'gateway');
      cell(name, 'reads', `_INBOX.${other}.>`, await party.maySubscribe(`_INBOX.${other}.>`), own);
    }
    cell(name, 'reads', '_INBOX.>', await party.maySubscribe('_INBOX.>'), account !== CORE);
    for (const subject of ['_INBOX.gateway.x', '_INBOX.planning.x', '_INBOX.dev.x', '_R_.x']) cell(name, 'publishes', subject, await party.publish(subject), false);
    for (const subject of ['_R_.>', '>', '*.>', '$SYS.>', 'slipway.>', 'slipway.v1.event.>', 'slipway.v1.event.*.*.*', 'slipway.v1.event.shop.*.*']) cell(name, 'reads', subject, await party.maySubscribe(subject), false);
  });
});
