import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
}
interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly version: number;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string; readonly dev?: boolean }>>;
}

const directory = mkdtempSync(join(tmpdir(), 'slipway-sbom-'));
afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, environment: NodeJS.ProcessEnv = {}): string {
  const file = join(directory, name);
  execFileSync(process.execPath, [join(ROOT, 'deploy/supply-chain/sbom.mjs'), '--out', file], { cwd: directory, env: { PATH: process.env['PATH'], ...environment } });
  return readFileSync(file, 'utf8');
}

const text = write('sbom.json');
const sbom = JSON.parse(text) as Sbom;
const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const refs = sbom.components.map((component) => component['bom-ref']);
const foreign = sbom.components.filter(({ name }) => !name.startsWith('@slipway/'));

describe('the bill of materials', () => {
  it('is a CycloneDX 1.5 document, each part of it named once', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: { type: 'application', name: 'slipway' } } });
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(refs).size).toBe(refs.length);
    for (const { name, version, purl } of sbom.components) expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
  });

  it('has the same bytes each time, and a time only where it is told one', () => {
    expect(write('again.json')).toBe(text);
    expect(sbom.metadata.timestamp).toBeUndefined();
    expect(JSON.parse(write('dated.json', { SOURCE_DATE_EPOCH: '1700000000' }))).toMatchObject({ metadata: { timestamp: '2023-11-14T22:13:20.000Z' } });
  });

  it('names every program that is shipped, and what each part needs', () => {
    const programs = readdirSync(join(ROOT, 'apps')).filter((name) => name !== 'demo');
    expect(sbom.components.filter(({ type }) => type === 'application')).toHaveLength(programs.length);
    expect(sbom.dependencies.map(({ ref }) => ref)).toEqual(['slipway@0.1.0', ...refs]);
    const known = new Set(refs);
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
  });

  it('has what is needed at run time, also where tests need it too, and nothing that is for development only', () => {
    const names = foreign.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['nats', '@grpc/grpc-js', '@eventstore/db-client', 'better-sqlite3', '@nestjs/core', 'busboy']));
    expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(jest|eslint|nx|typescript|@swc\/.*|oidc-provider|@kurrent\/.*)$/)]));
    const installed = new Set(Object.entries(packages).filter(([, { dev }]) => !dev).map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`));
    expect(foreign.map((component) => component['bom-ref']).filter((ref) => !installed.has(ref))).toEqual([]);
  });

  it('gives the hash that npm checks, and a licence, for each foreign package', () => {
    const hashes = new Set(Object.values(packages).map(({ integrity }) => integrity));
    const unknown = foreign.filter(({ hashes: own }) => own?.[0]?.alg !== 'SHA-512' || !hashes.has(`sha512-${Buffer.from(own[0].content, 'hex').toString('base64')}`));
    expect(unknown).toEqual([]);
    expect(sbom.components.filter(({ licenses }) => licenses?.length !== 1)).toEqual([]);
  });
});
