import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANNOTATIONS, ArtifactStore } from '@slipway/artifact-store';
import {
  type Decision, ENVELOPE_MEDIA_TYPE, loadSigningKey, PAYLOAD_TYPE, PREDICATE_TYPE, type ProvenanceInput, publicFileOf, signEnvelope, type Signer, slsaProvenance, SUMMARY_PREDICATE_TYPE, verificationSummary,
} from '@slipway/provenance';
import { verifyVerbs } from './verify.verbs.js';
import { runIn, type World } from './world.fixtures.js';

const BUILDER = 'https://slipway.dev/builders/build/v1';
const REPOSITORY = 'https://example.com/shop';
const COMMIT = 'c'.repeat(40);
const TARGET = 'sre/production/acme/shop';

let folder: string;
let store: ArtifactStore;
let snapshot: string;
let component: string;
let build: Signer;
let admission: Signer;
const at = (name: string): string => join(folder, name);
const pemOf = (name: string): string => readFileSync(publicFileOf(at(`${name}.pem`)), 'utf8');
const attach = (statement: object, signer: Signer, predicateType: string, reference: string) =>
  store.attach(snapshot, signEnvelope(PAYLOAD_TYPE, statement, [signer]), { mediaType: ENVELOPE_MEDIA_TYPE, artifactType: PAYLOAD_TYPE, predicateType, reference });
const trust = (more: object = {}): void =>
  writeFileSync(at('trust.json'), JSON.stringify({ builders: [BUILDER], keys: [{ publicKey: pemOf('build') }], repositories: [REPOSITORY], decisions: { keys: [{ publicKey: pemOf('admission') }] }, ...more }));

const provenance = (more: Partial<ProvenanceInput> = {}, signer = build) =>
  attach(
    slsaProvenance({
      application: 'acme/shop', candidate: '1.0.0-rc1', repository: REPOSITORY, commit: COMMIT, snapshot, components: [{ name: 'api', recipe: {}, digest: component }],
      builderId: BUILDER, invocationId: 'build-acme/shop/1.0.0-rc1#1', startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:01:00.000Z', ...more,
    }),
    signer, PREDICATE_TYPE, 'provenance',
  );
const decision = (more: Partial<Decision> = {}, signer = admission, reference = 'decision') =>
  attach(
    verificationSummary({
      application: 'acme/shop', candidate: '1.0.0-rc1', snapshot, target: TARGET, admission: 'sre/shop', admissionRevision: 2, policyDigest: `sha256:${'7'.repeat(64)}`, admitted: true, reasons: [],
      release: 'acme/shop-1.0.0-rc1-ab12c', event: { id: 'e1', stream: 'review-x', revision: 4, recordedAt: '2026-01-02T00:00:00.000Z' }, ...more,
    }),
    signer, SUMMARY_PREDICATE_TYPE, reference,
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-verify-'));
  store = await ArtifactStore.open(at('artifacts'));
  build = loadSigningKey(at('build.pem'), { make: true });
  admission = loadSigningKey(at('admission.pem'), { make: true });
  writeFileSync(at('server.mjs'), 'hello');
  const manifest = await store.putComponent({ name: 'api', artifacts: [{ path: 'server.mjs', descriptor: await store.putFile(at('server.mjs')) }] });
  component = manifest.digest;
  const annotations = { [ANNOTATIONS.application]: 'acme/shop', [ANNOTATIONS.candidate]: '1.0.0-rc1', [ANNOTATIONS.commit]: COMMIT };
  ({ digest: snapshot } = await store.putSnapshot({ reference: 'acme/shop:1.0.0-rc1.1', components: [{ name: 'api', manifest }], annotations }));
  trust();
});
afterEach(() => rmSync(folder, { recursive: true }));

const verify = (what: string, ...more: string[]): Promise<World> =>
  runIn([verifyVerbs], ['verify', what, '--artifacts', 'artifacts', '--trust', 'trust.json', ...more], {}, { directory: folder, environment: { SLIPWAY_URL: '' } });
const links = ({ out }: World): [string, boolean, string[]][] =>
  (JSON.parse(out) as { chains: { links: { link: string; ok: boolean; reasons: { code: string }[] }[] }[] }).chains.flatMap((chain) => chain.links.map(({ link, ok, reasons }): [string, boolean, string[]] => [link, ok, reasons.map(({ code }) => code)]));

describe('slipway verify', () => {
  it('follows a file to the decision that let it in, and tells each link', async () => {
    await provenance();
    await decision();
    const world = await verify('server.mjs');
    expect([world.exit, world.err]).toEqual([0, '']);
    expect(world.out).toContain(`PASSED for slipway:target/${TARGET}`);
    expect(world.out.trimEnd().split('\n').at(-1)).toBe('verified');
    const json = await verify('server.mjs', '-o', 'json');
    expect(links(json)).toEqual([['artifact', true, []], ['snapshot', true, []], ['provenance', true, []], ['decision', true, []]]);
  });

  it('takes digests of components and snapshots as well', async () => {
    await provenance();
    await decision();
    expect([(await verify(component)).exit, (await verify(snapshot)).exit]).toEqual([0, 0]);
  });

  it('finds no snapshot for bytes that were never built', async () => {
    writeFileSync(at('server.mjs'), 'hello!');
    const world = await verify('server.mjs');
    expect([world.exit, world.out]).toEqual([3, expect.stringContaining('no snapshot in these artifacts holds') as string]);
  });

  it.each<[string, () => Promise<unknown>, [string, string[]]]>([
    ['no provenance', () => decision(), ['provenance', ['PROVENANCE_UNSIGNED']]],
    ['a provenance by another key', async () => [await provenance({}, admission), await decision()], ['provenance', ['PROVENANCE_KEY_UNTRUSTED']]],
    ['another source', async () => [await provenance({ repository: '/elsewhere' }), await decision()], ['provenance', ['PROVENANCE_SOURCE_MISMATCH']]],
    ['no decision', () => provenance(), ['decision', ['NOT_ADMITTED']]],
    ['a denial', async () => [await provenance(), await decision({ admitted: false })], ['decision', ['NOT_ADMITTED']]],
    ['a decision that the build service signed', async () => [await provenance(), await decision({}, build)], ['decision', ['PROVENANCE_KEY_UNTRUSTED']]],
  ])('does not hold with %s', async (_, prepare, [link, codes]) => {
    await prepare();
    const world = await verify('server.mjs', '-o', 'json');
    expect(world.exit).toBe(3);
    expect(links(world)).toContainEqual([link, false, codes]);
  });

  it('does not hold when the bytes in the store are altered, wherever in the snapshot', async () => {
    await provenance();
    await decision();
    const { digest } = (await store.readComponent(component)).artifacts[0]!.descriptor;
    const blob = at(`artifacts/blobs/sha256/${digest.slice(7)}`);
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'evil!');
    const world = await verify(snapshot, '-o', 'json');
    expect([world.exit, links(world)[0]]).toEqual([3, ['snapshot', false, ['ARTIFACT_ALTERED']]]);
  });

  it('counts decisions for the target that was asked for alone', async () => {
    await provenance();
    await decision({ target: 'sre/staging/acme/shop' });
    expect((await verify('server.mjs', '--target', 'sre/staging/acme/shop')).exit).toBe(0);
    expect((await verify('server.mjs', '--target', TARGET)).exit).toBe(3);
  });

  it('does not take a decision that rests on another provenance than the one that holds', async () => {
    const { digest } = await provenance();
    await decision({ provenance: `sha256:${'9'.repeat(64)}` });
    expect(links(await verify('server.mjs', '-o', 'json')).at(-1)).toEqual(['decision', false, ['PROVENANCE_DIGEST_MISMATCH']]);
    await decision({ provenance: digest });
    expect((await verify('server.mjs')).exit).toBe(0);
  });

  it('is no longer content when a key is revoked', async () => {
    await provenance();
    await decision();
    trust({ keys: [{ publicKey: pemOf('build'), revoked: '2026-02-01T00:00:00Z' }] });
    expect((await verify('server.mjs')).exit).toBe(3);
  });

  it('tells what is missing from a copy', async () => {
    await provenance();
    await decision();
    mkdirSync(at('copy/blobs/sha256'), { recursive: true });
    copyFileSync(at('artifacts/index.json'), at('copy/index.json'));
    const missing = await runIn([verifyVerbs], ['verify', snapshot, '--artifacts', 'copy', '--trust', 'trust.json'], {}, { directory: folder });
    expect([missing.exit, missing.out]).toEqual([3, expect.stringContaining('ARTIFACT_NOT_FOUND') as string]);
  });

  it.each<[string, () => void, string, number]>([
    ['a file that is not there', () => undefined, 'other.mjs', 5],
    ['trust with a key twice', () => writeFileSync(at('trust.json'), '{"keys":[],"keys":[]}'), 'server.mjs', 2],
    ['trust without decisions', () => trust({ decisions: undefined }), 'server.mjs', 2],
    ['trust in a key that is none', () => trust({ keys: [{ publicKey: 'hello' }] }), 'server.mjs', 2],
  ])('refuses %s', async (_, prepare, what, exit) => {
    prepare();
    expect((await verify(what)).exit).toBe(exit);
  });
});
