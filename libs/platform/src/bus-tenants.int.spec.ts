import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reviewStream } from '@slipway/admission/contract';
import { buildStream } from '@slipway/build/contract';
import { targetStream } from '@slipway/deployment/contract';
import { factSubject, factSubjects, platformIdentities, teamIdentity } from '@slipway/messaging';
import { candidateStream } from '@slipway/planning/contract';
import { BusParty } from './bus-party.fixtures.js';
import { type LoneNats, startNats } from './nats-server.js';

/** Workspace → a fact of its candidates. */
const cut = (workspace: string): string => factSubject(candidateStream(`${workspace}/shop`), 'CandidateCut');
const deployed = (workspace: string): string => factSubject(targetStream(`${workspace}/prod/acme/shop`), 'DeploymentSucceeded');
const REVIEW_OF_RELEASE = factSubject(reviewStream({ kind: 'release', release: 'acme/shop-1.0.0-rc1-k3x9a' }), 'ReviewAdmitted');

const IDENTITIES = [
  ...platformIdentities(),
  ...['acme', 'other', 'acm'].map((workspace) => teamIdentity('development', workspace)),
  // A tenant that manages environments of its own, beside a managed workspace.
  ...['acme', 'sre'].map((workspace) => teamIdentity('managed', workspace)),
];

describe('accounts for one workspace', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-tenants-'));
  const parties = new Map<string, BusParty>();
  let nats: LoneNats;
  const party = (name: string): BusParty => parties.get(name)!;

  beforeAll(async () => {
    nats = await startNats(join(directory, 'nats'), IDENTITIES);
    for (const { name } of IDENTITIES) parties.set(name, await BusParty.enter(nats.address(name), name));
  }, 30_000);

  afterAll(async () => {
    for (const one of parties.values()) await one.leave();
    await nats.stop();
    rmSync(directory, { recursive: true });
  });

  /** What each hears on its widest subject of that category while the service publishes. */
  async function heardBy(listeners: Readonly<Record<string, string>>, service: string, subjects: readonly string[]): Promise<Record<string, string[]>> {
    for (const [name, subject] of Object.entries(listeners)) await party(name).listen(subject);
    for (const subject of subjects) expect(await party(service).publish(subject)).toBe(true);
    const heard: Record<string, string[]> = {};
    for (const name of Object.keys(listeners)) heard[name] = await party(name).heard();
    return heard;
  }

  it('a tenant hears its own facts and none of another tenant', async () => {
    const listeners = { 'dev-acme': factSubjects('candidate-', 'acme'), 'dev-other': factSubjects('candidate-', 'other'), dev: factSubjects('candidate-') };
    expect(await heardBy(listeners, 'planning', [cut('acme'), cut('other')])).toEqual({ 'dev-acme': [cut('acme')], 'dev-other': [cut('other')], dev: [cut('acme'), cut('other')] });
    expect(party('dev-acme').refused).toEqual([]);
  });

  it.each([
    ["another tenant's fact", cut('other')],
    ["another tenant's facts", factSubjects('candidate-', 'other')],
    ["another tenant's builds", factSubject(buildStream('other/shop', '1.0.0-rc1'), 'BuildSucceeded')],
    ['a tenant whose name begins like its own', cut('acm')],
    ['the facts of all workspaces', factSubjects('candidate-')],
    ['all facts of its workspace', 'slipway.v1.event.acme.>'],
    ['every category of its workspace', 'slipway.v1.event.acme.*.*'],
    ['reviews of its own releases', REVIEW_OF_RELEASE],
    ['what is deployed', deployed('acme')],
  ])('a tenant may not follow %s', async (_what, subject) => {
    expect(await party('dev-acme').maySubscribe(subject)).toBe(false);
    expect(await party('dev-acme').maySubscribe(subject, 'queue')).toBe(false);
  });

  it('a tenant forges no fact, neither of its own workspace nor of another', async () => {
    for (const subject of [cut('acme'), cut('other')]) expect(await party('dev-acme').publish(subject)).toBe(false);
  });

  it('a managed team hears its own environments and none of another managed workspace', async () => {
    const listeners = { 'sre-acme': factSubjects('target-', 'acme'), 'sre-sre': factSubjects('target-', 'sre'), sre: factSubjects('target-') };
    expect(await heardBy(listeners, 'deployment', [deployed('acme'), deployed('sre')])).toEqual({ 'sre-acme': [deployed('acme')], 'sre-sre': [deployed('sre')], sre: [deployed('acme'), deployed('sre')] });
    expect(await party('sre-sre').maySubscribe(factSubjects('target-'))).toBe(false);
  });

  it("a tenant that manages environments too does not hear another managed team's steps, in the reviews of its releases", async () => {
    expect(await party('sre-acme').maySubscribe(REVIEW_OF_RELEASE)).toBe(false);
    expect(await heardBy({ sre: factSubjects('review-', 'acme') }, 'admission', [REVIEW_OF_RELEASE])).toEqual({ sre: [REVIEW_OF_RELEASE] });
  });
});
