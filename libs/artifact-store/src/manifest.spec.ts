import { type Descriptor, digestOf } from './descriptor.js';
import { componentManifest, parseComponent, parseSnapshot, snapshotIndex } from './manifest.js';

const file = (text: string): Descriptor => ({ mediaType: 'application/octet-stream', digest: digestOf(Buffer.from(text)), size: text.length });
const artifacts = [
  { path: 'dist', descriptor: file('dist') },
  { path: 'app', descriptor: { ...file('app'), annotations: { 'dev.slipway.executable': 'true' } } },
];

describe('componentManifest', () => {
  it('is an OCI image manifest', () => {
    expect(JSON.parse(componentManifest({ name: 'web', artifacts, annotations: { a: 'b' } }).toString())).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.slipway.component.v1',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', size: 2 },
      layers: [
        { ...file('app'), annotations: { 'dev.slipway.executable': 'true', 'org.opencontainers.image.title': 'app' } },
        { ...file('dist'), annotations: { 'org.opencontainers.image.title': 'dist' } },
      ],
      annotations: { a: 'b', 'dev.slipway.component': 'web' },
    });
  });

  it('does not depend on the order, and is read back', () => {
    const bytes = componentManifest({ name: 'web', artifacts });
    expect(componentManifest({ name: 'web', artifacts: artifacts.toReversed() })).toEqual(bytes);
    const read = parseComponent(bytes, digestOf(bytes));
    expect(read.name).toBe('web');
    expect(read.artifacts.map(({ path, descriptor }) => [path, descriptor.digest])).toEqual([
      ['app', file('app').digest],
      ['dist', file('dist').digest],
    ]);
  });
});

describe('snapshotIndex', () => {
  const components = ['web', 'api'].map((name) => ({ name, manifest: file(name) }));

  it('does not depend on the order, and is read back', () => {
    const bytes = snapshotIndex({ components, annotations: { commit: 'abc' } });
    expect(snapshotIndex({ components: components.toReversed(), annotations: { commit: 'abc' } })).toEqual(bytes);
    const read = parseSnapshot(bytes, digestOf(bytes));
    expect(read.annotations).toEqual({ commit: 'abc' });
    expect(read.components.map(({ name, manifest }) => [name, manifest.digest])).toEqual([
      ['api', file('api').digest],
      ['web', file('web').digest],
    ]);
  });

  it('is not taken for a component, nor anything else for it', () => {
    const index = snapshotIndex({ components });
    expect(() => parseComponent(index, 'sha256:x')).toThrow('sha256:x is not application/vnd.slipway.component.v1');
    for (const text of ['', 'null', '[]', '{"artifactType":"application/vnd.slipway.snapshot.v1","manifests":[{}]}']) {
      expect(() => parseSnapshot(Buffer.from(text), 'sha256:x')).toThrow('is not application/vnd.slipway.snapshot.v1');
    }
  });
});
