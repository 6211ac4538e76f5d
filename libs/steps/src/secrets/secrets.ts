import { SlipwayError } from '@slipway/kernel';

/** Where secrets come from; admissions only hold references to them. */
export interface SecretSource {
  /** Throws SECRET_NOT_FOUND, SECRET_UNAVAILABLE. */
  read(reference: string): Promise<string>;
}

/** One kind of reference. */
export interface SecretProvider {
  /** How a reference of it is written, for messages. */
  readonly form: string;
  /** @param name what follows the scheme and the colon. Throws SECRET_NOT_FOUND, SECRET_UNAVAILABLE. */
  read(name: string): Promise<string>;
}

/** Characters. What is longer would be too large for a variable, and for the mask. */
const LONGEST_SECRET = 65_536;

/** Asks the provider that the reference's scheme names: `env:…`, `file:…`, `vault:…`. */
export class Secrets implements SecretSource {
  constructor(private readonly providers: Readonly<Record<string, SecretProvider>>) {}

  async read(reference: string): Promise<string> {
    const [, scheme = '', name = ''] = /^([a-z]+):(.+)$/s.exec(reference) ?? [];
    const provider = Object.hasOwn(this.providers, scheme) ? this.providers[scheme] : undefined;
    // It is not quoted: it may be the secret itself.
    if (!provider) throw notFound(`a secret's reference is none; one is written ${this.forms()}`);
    const value = await provider.read(name);
    // No process can be given one, and node would quote the value in its error.
    if (value.includes('\0')) throw notFound(`secret ${reference}: it holds a zero byte`);
    if (value.length > LONGEST_SECRET) throw notFound(`secret ${reference}: it is longer than ${LONGEST_SECRET} characters`);
    return value;
  }

  private forms(): string {
    return Object.values(this.providers).map(({ form }) => form).join(', ');
  }
}

export const notFound = (message: string): SlipwayError => new SlipwayError('SECRET_NOT_FOUND', message);
