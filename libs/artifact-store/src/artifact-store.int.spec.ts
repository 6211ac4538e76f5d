import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactStore } from './artifact-store.js';
import { digestOf } from './descriptor.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let root: string;
let store: ArtifactStore;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  store = await ArtifactStore.open(join(root, 'store'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (path: string): string => join(root, path);
const blob = (digest: string): string => at(`store/blobs/sha256/${digest.slice(7)}`);
const alter = (digest: string): void => {
  chmodSync(blob(digest), 0o644);
  appendFileSync(blob(digest), '!');
};
const nothing = `sha256:${'0'.repeat(64)}`;

const makeFolder = (name: string, order: readonly string[]): string => {
  for (const path of order) {
    mkdirSync(join(at(name), path, '..'), { recursive: true });
    writeFileSync(join(at(name), path), path);
  }
  mkdirSync(join(at(name), 'empty'));
  chmodSync(join(at(name), 'b/run.sh'), 0o700);
  symlinkSync('b/run.sh', join(at(name), 'link'));
  return at(name);
};

const makeSnapshot = async () => {
  writeFileSync(at('app'), 'app', { mode: 0o755 });
  const web = await store.putComponent({
    name: 'web',
    artifacts: [
      { path: 'dist/site', descriptor: await store.putDirectory(makeFolder('site', ['a', 'b/run.sh'])) },
      { path: 'dist/app', descriptor: await store.putFile(at('app')) },
    ],
  });
  const snapshot = await store.putSnapshot({ reference: 'shop/checkout/1.8.0-rc1', components: [{ name: 'web', manifest: web }], annotations: { commit: 'abc' } });
  return { web, snapshot };
};

describe('putting', () => {
  it('stores bytes under their digest, once', async () => {
    const descriptor = await store.putBytes(Buffer.from('hello'), 'text/plain');
    expect(descriptor).toEqual({ mediaType: 'text/plain', digest: digestOf(Buffer.from('hello')), size: 5 });
    const before = statSync(blob(descriptor.digest));
    await store.putBytes(Buffer.from('hello'), 'text/plain');
    expect(statSync(blob(descriptor.digest)).ino).toBe(before.ino);
    expect(readdirSync(at('store/drafts'))).toEqual([]);
  });

  it('repairs what was cut short', async () => {
    const { digest } = await store.putBytes(Buffer.from('hello'), 'text/plain');
    alter(digest);
    await store.putBytes(Buffer.from('hello'), 'text/plain');
    await store.verify(digest);
  });

  it('gives equal folders equal digests, whatever their times, rights and order', async () => {
    const one = makeFolder('one', ['a', 'b/run.sh', 'b/c', 'ä']);
    const two = makeFolder('two', ['ä', 'b/c', 'b/run.sh', 'a']);
    utimesSync(join(two, 'a'), 1, 1);
    chmodSync(join(two, 'a'), 0o600);
    const digests = [await store.putDirectory(one), await store.putDirectory(two), await store.putDirectory(one)].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(1);
    chmodSync(join(two, 'a'), 0o700);
    expect((await store.putDirectory(two)).digest).not.toBe(digests[0]);
  });

  it.each([
    ['leads out', '../outside'],
    ['is absolute', '/etc/passwd'],
    ['leads nowhere', 'nowhere'],
    ['leads out by way of another', 'b/up/../..'],
  ])('refuses a folder with a link that %s', async (_what, target) => {
    const folder = makeFolder('folder', ['b/run.sh']);
    writeFileSync(at('outside'), 'secret');
    symlinkSync('..', join(folder, 'b/up'));
    symlinkSync(target, join(folder, 'bad'));
    await expect(store.putDirectory(folder)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT', reasons: [{ at: 'bad' }] });
    expect(readdirSync(at('store/drafts'))).toEqual([]);
  });

  it('refuses a folder with a pipe in it, and a file that is a link', async () => {
    const folder = makeFolder('folder', ['b/run.sh']);
    await expect(store.putFile(join(folder, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(store.putDirectory(folder)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' });
  });

  it('passes 200 MB through without holding them', async () => {
    execFileSync('truncate', ['--size=200M', at('big')]);
    const before = process.memoryUsage.rss();
    const { digest, size } = await store.putFile(at('big'));
    await store.verify(digest);
    expect(size).toBe(200 * 1024 * 1024);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });

  it('takes many puts of the same and of others at once', async () => {
    const texts = Array.from({ length: 60 }, (_, index) => `text ${index % 12}`);
    const stores = [store, await ArtifactStore.open(at('store'))];
    const descriptors = await Promise.all(texts.map((text, index) => (stores[index % 2] as ArtifactStore).putBytes(Buffer.from(text), 'text/plain')));
    expect(readdirSync(at('store/blobs/sha256'))).toHaveLength(12);
    await Promise.all(descriptors.map(({ digest }) => store.verify(digest)));
  });
});

describe('the layout', () => {
  it('is one that OCI tools read', async () => {
    const { snapshot } = await makeSnapshot();
    expect(JSON.parse(readFileSync(at('store/oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(JSON.parse(readFileSync(at('store/index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...snapshot, annotations: { 'org.opencontainers.image.ref.name': 'shop/checkout/1.8.0-rc1' } }],
    });
  });

  it('lists all snapshots that are put at once, one for each name', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => ArtifactStore.open(at('store'))));
    await Promise.all(stores.flatMap((each, index) => ['a', 'b', 'c'].map((name) => each.putSnapshot({ reference: `${name}${index}`, components: [] }))));
    await store.putSnapshot({ reference: 'a0', components: [], annotations: { new: 'yes' } });
    const { manifests } = JSON.parse(readFileSync(at('store/index.json'), 'utf8')) as { manifests: unknown[] };
    expect(manifests).toHaveLength(9);
  });
});

describe('attaching', () => {
  const about = { mediaType: 'application/json', artifactType: 'application/vnd.in-toto+json', predicateType: 'https://example.org/v1', reference: 'a.note' };

  it('ties bytes to a snapshot, whose digest stays what it was', async () => {
    const { snapshot } = await makeSnapshot();
    const other = await store.putSnapshot({ reference: 'other', components: [] });
    const blob = await store.attach(snapshot.digest, Buffer.from('{}'), about);
    await store.attach(other.digest, Buffer.from('[]'), { ...about, reference: 'b.note' });
    const { mediaType, digest, size } = snapshot;
    expect(await store.attachments(digest, about.artifactType)).toEqual([{ subject: { mediaType, digest, size }, artifactType: about.artifactType, predicateType: about.predicateType, blob }]);
    expect(await store.attachments(digest, 'application/other')).toEqual([]);
    expect(new Set(await store.snapshots())).toEqual(new Set([digest, other.digest]));
    await store.verifySnapshot(digest);
  });

  it('changes nothing the second time, and keeps the last of a name', async () => {
    const { snapshot } = await makeSnapshot();
    await store.attach(snapshot.digest, Buffer.from('one'), about);
    const before = readFileSync(at('store/index.json'), 'utf8');
    await store.attach(snapshot.digest, Buffer.from('one'), about);
    expect(readFileSync(at('store/index.json'), 'utf8')).toBe(before);
    const { digest } = await store.attach(snapshot.digest, Buffer.from('two'), about);
    expect((await store.attachments(snapshot.digest, about.artifactType)).map(({ blob }) => blob.digest)).toEqual([digest]);
  });

  it('attaches nothing to what is not there', async () => {
    await expect(store.attach(nothing, Buffer.from('{}'), about)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });
});

describe('reading', () => {
  it('may be of a copy that is opened without writing to it', async () => {
    const { snapshot } = await makeSnapshot();
    expect(await ArtifactStore.openExisting(at('store')).readSnapshot(snapshot.digest)).toEqual(await store.readSnapshot(snapshot.digest));
    expect(() => ArtifactStore.openExisting(at('none'))).toThrow(expect.objectContaining({ code: 'ARTIFACT_NOT_FOUND' }) as Error);
  });

  it('gives bytes, components and snapshots back', async () => {
    const { web, snapshot } = await makeSnapshot();
    expect(await store.readSnapshot(snapshot.digest)).toMatchObject({ components: [{ name: 'web', manifest: { digest: web.digest } }], annotations: { commit: 'abc' } });
    expect((await store.readComponent(web.digest)).artifacts.map(({ path }) => path)).toEqual(['dist/app', 'dist/site']);
    expect(digestOf(await store.readBytes(web.digest))).toBe(web.digest);
  });

  it('does not find what is not there, nor what is no digest', async () => {
    for (const digest of [nothing, '../../index.json', 'sha256:../x', '']) {
      await expect(store.readBytes(digest)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
      await expect(store.verify(digest)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
    }
  });

  it('tells altered bytes and what was found', async () => {
    const { digest } = await store.putBytes(Buffer.from('hello'), 'text/plain');
    alter(digest);
    const message = `${digest} holds 6 bytes with the digest ${digestOf(Buffer.from('hello!'))}`;
    await expect(store.verify(digest)).rejects.toMatchObject({ code: 'ARTIFACT_ALTERED', message });
    await expect(store.readBytes(digest)).rejects.toMatchObject({ code: 'ARTIFACT_ALTERED', message });
  });
});

describe('verifySnapshot', () => {
  it('hashes every blob', async () => {
    const { snapshot } = await makeSnapshot();
    expect((await store.verifySnapshot(snapshot.digest)).blobs).toBe(5);
  });

  it('names every bad blob', async () => {
    const { web, snapshot } = await makeSnapshot();
    const [app, site] = (await store.readComponent(web.digest)).artifacts.map(({ descriptor }) => descriptor.digest) as [string, string];
    alter(app);
    rmSync(blob(site));
    await expect(store.verifySnapshot(snapshot.digest)).rejects.toMatchObject({
      code: 'ARTIFACT_ALTERED',
      reasons: [
        { code: 'ARTIFACT_ALTERED', at: app },
        { code: 'ARTIFACT_NOT_FOUND', at: site },
      ],
    });
    alter(web.digest);
    await expect(store.verifySnapshot(snapshot.digest)).rejects.toMatchObject({ code: 'ARTIFACT_ALTERED', reasons: [{ at: web.digest }] });
    await expect(store.verifySnapshot(nothing)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });
});

describe('unpacking', () => {
  it('puts a component back as it was', async () => {
    const { web } = await makeSnapshot();
    await store.unpackComponent(web.digest, at('target'));
    expect(execFileSync('diff', ['--recursive', at('site'), at('target/dist/site')], { encoding: 'utf8' })).toBe('');
    expect(readdirSync(at('target/dist/site')).sort()).toEqual(['a', 'b', 'empty', 'link']);
    expect(statSync(at('target/dist/app')).mode & 0o777).toBe(0o755);
    expect(statSync(at('target/dist/site/b/run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(at('target/dist/site/a')).mode & 0o777).toBe(0o644);
  });

  it('puts a folder whose path is the checkout itself', async () => {
    const descriptor = await store.putDirectory(makeFolder('site', ['b/run.sh']));
    expect(await store.unpack({ path: '.', descriptor }, at('target'))).toBe(at('target'));
    expect(existsSync(at('target/b/run.sh'))).toBe(true);
  });

  it.each(['../evil', '/tmp/slipway-evil', 'link/evil'])('does not write to %s', async (path) => {
    mkdirSync(at('target'));
    symlinkSync('..', at('target/link'));
    const descriptor = await store.putBytes(Buffer.from('evil'), 'text/plain');
    await expect(store.unpack({ path, descriptor }, at('target'))).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' });
    expect(existsSync(at('evil'))).toBe(false);
  });

  it('leaves nothing of altered artifacts', async () => {
    const { web } = await makeSnapshot();
    const { artifacts } = await store.readComponent(web.digest);
    for (const { descriptor } of artifacts) alter(descriptor.digest);
    for (const artifact of artifacts) await expect(store.unpack(artifact, at('target'))).rejects.toMatchObject({ code: 'ARTIFACT_ALTERED' });
    expect(readdirSync(at('target/dist'))).toEqual([]);
  });
});

describe('opening', () => {
  it('removes drafts of a day ago, and no younger ones', async () => {
    for (const name of ['old', 'young']) writeFileSync(at(`store/drafts/${name}`), '');
    utimesSync(at('store/drafts/old'), 1, 1);
    await ArtifactStore.open(at('store'));
    expect(readdirSync(at('store/drafts'))).toEqual(['young']);
  });
});
