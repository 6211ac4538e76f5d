import { readFile } from 'node:fs/promises';
import { SlipwayError } from '@slipway/kernel';
import { get } from './http-get.js';
import { notFound, type SecretProvider } from './secrets.js';
import { readVaultAnswer } from './vault-answer.js';

export interface VaultSettings {
  /** `https://vault.example.org:8200` */
  readonly address: string;
  /** Read at each use, so that a token can be renewed. */
  readonly tokenFile: string;
  readonly namespace?: string | undefined;
  /** Certificate authorities (PEM) to trust instead of the system's. Read at each use. */
  readonly caFile?: string | undefined;
  /** For one answer. Default 10,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/** `vault:MOUNT/PATH#KEY`: the newest version of a secret in HashiCorp Vault's key-value engine, version 2. */
export class VaultSecrets implements SecretProvider {
  readonly form = 'vault:MOUNT/PATH#KEY';

  constructor(private readonly settings: VaultSettings | undefined) {}

  async read(name: string): Promise<string> {
    const { settings } = this;
    const reference = `vault:${name}`;
    if (!settings) throw notFound(`secret ${reference}: the deployment service has no Vault (SLIPWAY_VAULT_ADDR)`);
    const [, mount, path, key] = /^([^/#]+)\/([^#]+)#(.+)$/.exec(name) ?? [];
    const segments = path?.split('/') ?? [];
    if (mount === undefined || key === undefined || [mount, ...segments].some((segment) => ['', '.', '..'].includes(segment))) {
      throw notFound(`secret ${reference}: a reference to Vault is ${this.form}`);
    }
    const { status, body } = await this.ask(settings, reference, [mount, 'data', ...segments].map(encodeURIComponent).join('/'));
    return readVaultAnswer(reference, key, status, body);
  }

  private async ask(settings: VaultSettings, reference: string, path: string): Promise<{ status: number; body: string }> {
    const token = (await this.file(reference, 'token', settings.tokenFile)).trim();
    // Node would quote it in its error.
    if (!/^[!-~]+$/.test(token)) throw unavailable(reference, `the token file ${settings.tokenFile} holds no token`);
    const ca = settings.caFile && (await this.file(reference, 'CA', settings.caFile));
    const headers = { 'X-Vault-Token': token, 'X-Vault-Request': 'true', ...(settings.namespace && { 'X-Vault-Namespace': settings.namespace }) };
    const url = `${settings.address.replace(/\/+$/, '')}/v1/${path}`;
    try {
      return await get(url, { headers, timeoutMs: settings.timeoutMs ?? TIMEOUT_MS, ...(ca && { ca }) });
    } catch (error) {
      throw unavailable(reference, `Vault did not answer (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
    }
  }

  private async file(reference: string, what: string, file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw unavailable(reference, `Vault's ${what} file ${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
    }
  }
}

const unavailable = (reference: string, why: string): SlipwayError => new SlipwayError('SECRET_UNAVAILABLE', `secret ${reference}: ${why}`);
