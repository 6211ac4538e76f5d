import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SlipwayError } from '@slipway/kernel';

/** Where secrets come from; admissions only hold references to them. */
export interface SecretSource {
  /** Throws SECRET_NOT_FOUND. */
  read(reference: string): Promise<string>;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The service's own settings hold its credentials for the store and the bus. Those are nobody's to hand out. */
const OWN_VARIABLE = /^SLIPWAY_/;

/** `env:NAME`: a variable of the service. `file:NAME`: a file in the secrets directory, without the newlines at its end. */
export class LocalSecrets implements SecretSource {
  constructor(
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly directory: string | undefined,
  ) {}

  async read(reference: string): Promise<string> {
    const [, source, name] = /^(env|file):(.+)$/.exec(reference) ?? [];
    if (source === undefined || name === undefined) throw notFound(reference, 'a reference is env:NAME or file:NAME');
    const value = source === 'env' ? this.variable(reference, name) : await this.file(reference, name);
    // No process can be given one, and node would quote the value in its error.
    if (value.includes('\0')) throw notFound(reference, 'it holds a zero byte');
    return value;
  }

  private variable(reference: string, name: string): string {
    if (!VARIABLE.test(name) || OWN_VARIABLE.test(name)) throw notFound(reference, 'it is not the name of a variable that may be given away');
    const value = Object.hasOwn(this.environment, name) ? this.environment[name] : undefined;
    if (value === undefined) throw notFound(reference, 'the deployment service has no such variable');
    return value;
  }

  private async file(reference: string, name: string): Promise<string> {
    if (this.directory === undefined) throw notFound(reference, 'the deployment service has no secrets directory (SLIPWAY_SECRETS)');
    try {
      const root = await realpath(this.directory);
      const file = await realpath(join(root, name));
      // After links were followed: Kubernetes mounts secrets as links, which stay inside.
      if (!file.startsWith(root + sep)) throw notFound(reference, 'it is outside the secrets directory');
      return (await readFile(file, 'utf8')).replace(/[\r\n]+$/, '');
    } catch (error) {
      if (error instanceof SlipwayError) throw error;
      throw notFound(reference, `it can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
    }
  }
}

const notFound = (reference: string, why: string): SlipwayError => new SlipwayError('SECRET_NOT_FOUND', `secret ${reference}: ${why}`);
