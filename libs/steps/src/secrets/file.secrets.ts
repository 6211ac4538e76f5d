import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { notFound, type SecretProvider } from './secrets.js';

/** `file:NAME`: a file in the secrets directory, as UTF-8, without the newlines at its end. */
export class FileSecrets implements SecretProvider {
  readonly form = 'file:NAME';

  constructor(private readonly directory: string | undefined) {}

  async read(name: string): Promise<string> {
    if (this.directory === undefined) throw notFound(`secret file:${name}: the deployment service has no secrets directory (SLIPWAY_SECRETS)`);
    try {
      const root = await realpath(this.directory);
      const file = await realpath(join(root, name));
      // After links were followed: Kubernetes mounts secrets as links, which stay inside.
      if (!file.startsWith(root + sep)) throw notFound(`secret file:${name}: it is outside the secrets directory`);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file)).replace(/[\r\n]+$/, '');
    } catch (error) {
      if (error instanceof SlipwayError) throw error;
      const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
      throw notFound(`secret file:${name}: it can't be read (${code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : code})`);
    }
  }
}
