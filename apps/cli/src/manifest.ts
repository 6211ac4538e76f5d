import { WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { NAME_FORM, type Reason, SlipwayError, validated, WORKSPACE_FORM } from '@slipway/kernel';
import { RegisterApplication, WriteReleasePlan } from '@slipway/planning/contract';
import { parseAllDocuments } from 'yaml';

/** Text that holds manifests, and what it is called in messages. */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/** One manifest, as the command that it asks for. */
export interface Manifest {
  readonly kind: Kind;
  /** `workspace/name`. */
  readonly name: string;
  /** File, and number of the document in it, from 1: `shop.yaml#2`. */
  readonly from: string;
  readonly command: RegisterApplication | WriteReleasePlan | WriteReleasePlanAdmission;
}

const API_VERSION = 'slipway/v1';

/** What each kind becomes, and the command's field that the manifest's name goes to. In the order in which they are sent. */
export const KINDS = {
  Application: { type: RegisterApplication, field: 'application' },
  ReleasePlan: { type: WriteReleasePlan, field: 'plan' },
  ReleasePlanAdmission: { type: WriteReleasePlanAdmission, field: 'admission' },
} as const;
export type Kind = keyof typeof KINDS;

const KIND_NAMES = Object.keys(KINDS) as Kind[];

/**
 * Reads all manifests of all files (YAML or JSON, several documents in a file), in the order in which they are to be sent.
 * @throws SlipwayError MALFORMED_MANIFEST with every fault of every document, each with file, document and path.
 */
export function parseManifests(files: readonly ManifestFile[]): Manifest[] {
  const faults: Reason[] = [];
  const manifests = files.flatMap((file) => manifestsIn(file, faults));
  refuseTwins(manifests, faults);
  if (faults.length > 0) {
    throw new SlipwayError('MALFORMED_MANIFEST', `${faults.length === 1 ? 'a fault' : `${faults.length} faults`} in the manifests; nothing was sent`, faults);
  }
  if (manifests.length === 0) throw new SlipwayError('MALFORMED_MANIFEST', `there is no manifest in ${files.map(({ name }) => name).join(', ') || 'no file'}`);
  return manifests.sort((a, b) => KIND_NAMES.indexOf(a.kind) - KIND_NAMES.indexOf(b.kind));
}

function manifestsIn({ name, text }: ManifestFile, faults: Reason[]): Manifest[] {
  return [...parseAllDocuments(text)].flatMap((document, index) => {
    const from = `${name}#${index + 1}`;
    if (document.errors.length > 0) {
      // Only the first: what follows a syntax error is mostly its echo. Its first line names line and column.
      faults.push({ code: 'syntax', message: document.errors[0]!.message.split('\n')[0]!, at: from });
      return [];
    }
    try {
      const value: unknown = document.toJS();
      return value === null ? [] : [manifestOf(value, from)];
    } catch (error) {
      faults.push(...faultsOf(error, from));
      return [];
    }
  });
}

/** @throws SlipwayError whose reasons are the faults, each at its path in the document */
function manifestOf(value: unknown, from: string): Manifest {
  const { kind, name, spec } = envelope(value);
  const { type, field } = KINDS[kind];
  if (Object.hasOwn(spec, field)) throw malformed(`spec.${field}`, `${field} is named by metadata and must not be in spec`);
  try {
    return { kind, name, from, command: validated<Manifest['command']>(type, { ...spec, [field]: name }) };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new SlipwayError('MALFORMED_MANIFEST', error.message, error.reasons.map((reason) => ({ ...reason, at: `spec.${reason.at}` })));
  }
}

function envelope(value: unknown): { kind: Kind; name: string; spec: object } {
  if (!isMap(value)) throw malformed('', 'a manifest is a map of apiVersion, kind, metadata and spec');
  const { apiVersion, kind, metadata, spec, ...others } = value;
  const { workspace, name, ...more } = isMap(metadata) ? metadata : {};
  const faults = [
    apiVersion !== API_VERSION && fault('apiVersion', `apiVersion must be ${API_VERSION}`),
    !isKind(kind) && fault('kind', `kind must be ${KIND_NAMES.slice(0, -1).join(', ')} or ${KIND_NAMES.at(-1)}`),
    !matches(WORKSPACE_FORM, workspace) && fault('metadata.workspace', 'workspace must be lower-case letters, digits and hyphens (at most 63)'),
    !matches(NAME_FORM, name) && fault('metadata.name', 'name must be lower-case letters, digits, dots and hyphens (at most 63)'),
    !isMap(spec) && fault('spec', 'spec must be a map'),
    ...Object.keys(others).map((key) => fault(key, `${key} is not known`)),
    ...Object.keys(more).map((key) => fault(`metadata.${key}`, `${key} is not known`)),
  ].filter((each) => each !== false);
  if (faults.length > 0 || !isKind(kind) || !isMap(spec)) throw new SlipwayError('MALFORMED_MANIFEST', 'not a manifest', faults);
  return { kind, name: `${String(workspace)}/${String(name)}`, spec };
}

/** Two manifests of one thing: which one is meant? */
function refuseTwins(manifests: readonly Manifest[], faults: Reason[]): void {
  const seen = new Map<string, string>();
  for (const { kind, name, from } of manifests) {
    const first = seen.get(`${kind} ${name}`);
    if (first !== undefined) faults.push(fault('metadata.name', `${kind} ${name} is in ${first} already`, from));
    else seen.set(`${kind} ${name}`, from);
  }
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isKind = (value: unknown): value is Kind => typeof value === 'string' && Object.hasOwn(KINDS, value);
const matches = (form: RegExp, value: unknown): boolean => typeof value === 'string' && form.test(value);

const fault = (path: string, message: string, from = ''): Reason => ({ code: 'manifest', message, at: from && path ? `${from}: ${path}` : from || path });
const malformed = (path: string, message: string): SlipwayError => new SlipwayError('MALFORMED_MANIFEST', message, [fault(path, message)]);

function faultsOf(error: unknown, from: string): Reason[] {
  if (!(error instanceof SlipwayError)) return [{ code: 'syntax', message: error instanceof Error ? error.message : String(error), at: from }];
  return error.reasons.map(({ code, message, at }) => ({ code, message, at: at ? `${from}: ${at}` : from }));
}
