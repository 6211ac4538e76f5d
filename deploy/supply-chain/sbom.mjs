// Writes what Slipway's services are made of, as CycloneDX 1.5 JSON, from package-lock.json alone: the same lock file gives the
// same bytes. "npm sbom --omit dev" would leave out what is also needed for development somewhere, such as the NATS client.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const DEFAULT_FILE = 'dist/sbom.cdx.json';
const USAGE = `npm run sbom [-- --out <file>]

Writes the software bill of materials of Slipway's services (default: ${DEFAULT_FILE}).
With SOURCE_DATE_EPOCH (seconds) it has a time; else it has none.
`;
/** In the repository, but not among what runs. */
const NOT_SHIPPED = ['apps/demo'];

const json = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const { packages } = json('package-lock.json');
const self = packages[''];
const programs = readdirSync(join(ROOT, 'apps')).map((name) => `apps/${name}`).filter((place) => !NOT_SHIPPED.includes(place));

const INSTALLED = 'node_modules/';
const isForeign = (place) => place.includes(INSTALLED);
const nameOf = (place) => packages[place].name ?? place.slice(place.lastIndexOf(INSTALLED) + INSTALLED.length);
const refOf = (place) => `${nameOf(place)}@${packages[place].version}`;

/** Where Node finds a package that one at `from` asks for: in its own node_modules, or in one further out. */
function find(from, name) {
  for (let folder = from; ; folder = folder.includes(`/${INSTALLED}`) ? folder.slice(0, folder.lastIndexOf(`/${INSTALLED}`)) : '') {
    const place = join(folder, INSTALLED, name);
    if (packages[place]) return packages[place].link ? packages[place].resolved : place;
    if (folder === '') return undefined;
  }
}

/** Places of what a package needs at run time. What is optional may be missing; anything else is a lock file that can't be. */
function needs(place) {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[place];
  const found = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).map((name) => {
    const at = find(place, name);
    if (!at && !optionalDependencies?.[name] && !peerDependenciesMeta?.[name]?.optional) throw new Error(`package-lock.json has no ${name}, which ${place} needs`);
    return at;
  });
  return found.filter((at) => at && !packages[at].dev);
}

/** All that the programs need, with themselves; a copy of the same version in a second place counts once. */
function shipped() {
  const places = new Set(programs);
  for (const place of places) for (const next of needs(place)) places.add(next);
  const first = new Map();
  for (const place of [...places].sort()) if (!first.has(refOf(place))) first.set(refOf(place), place);
  return [...first].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, place]) => place);
}

/** The lock file has no licence in the plural, old form. */
function licences(place) {
  const of = packages[place].license ?? (isForeign(place) ? oldLicence(place) : self.license);
  if (!of) return {};
  return { licenses: [/[ ()]/.test(of) ? { expression: of } : { license: { id: of } }] };
}

function oldLicence(place) {
  const file = join(place, 'package.json');
  return existsSync(join(ROOT, file)) ? json(file).licenses?.map(({ type }) => type).join(' OR ') : undefined;
}

function component(place) {
  const { version, integrity, optional } = packages[place];
  const name = nameOf(place);
  return {
    'bom-ref': refOf(place),
    type: programs.includes(place) ? 'application' : 'library',
    name,
    version,
    scope: optional ? 'optional' : 'required',
    ...(integrity && { hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }] }),
    ...licences(place),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  };
}

/** A UUID (version 8: of our own making) out of the content, so that equal content has an equal one. */
function serialNumber(content) {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function sbom() {
  const places = shipped();
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const root = { 'bom-ref': `${self.name}@${self.version}`, type: 'application', name: self.name, version: self.version, ...licences('') };
  const content = {
    version: 1,
    metadata: { ...(seconds && { timestamp: new Date(Number(seconds) * 1000).toISOString() }), lifecycles: [{ phase: 'pre-build' }], component: root },
    components: places.map(component),
    dependencies: [
      { ref: root['bom-ref'], dependsOn: programs.map(refOf).sort() },
      ...places.map((place) => ({ ref: refOf(place), dependsOn: [...new Set(needs(place).map(refOf))].sort() })),
    ],
  };
  return { $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json', bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: serialNumber(content), ...content };
}

function main() {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, DEFAULT_FILE) }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) return void process.stdout.write(USAGE);
  const file = resolve(values.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom(), null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`sbom: ${error.message}\n`);
  process.exitCode = 1;
}
