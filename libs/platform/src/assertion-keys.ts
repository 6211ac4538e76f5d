import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningKey } from '@slipway/identity';
import { writePrivateFile } from '@slipway/process-runner';
import { privateFolder } from './private-folder.js';

/** Where the key is that vouches for whoever sends a message to a platform, and what its services believe. */
export interface AssertionKeyFiles {
  /** PKCS8 PEM, for its owner alone. Who can read it can act as anybody. */
  readonly privateFile: string;
  /** PEM. */
  readonly publicFile: string;
}

export const assertionKeyFiles = (data: string): AssertionKeyFiles => ({
  privateFile: join(data, 'keys', 'assertion.pem'),
  publicFile: join(data, 'keys', 'assertion.pub.pem'),
});

/** Makes the key pair at the first start; later ones find it. */
export function ensureAssertionKeys(data: string): AssertionKeyFiles {
  const files = assertionKeyFiles(data);
  if (existsSync(files.privateFile)) return files;
  privateFolder(join(data, 'keys'));
  const { privatePem, publicPem } = makeSigningKey();
  writeFileSync(files.publicFile, publicPem);
  // Last and at once: where it is, the other is as well.
  writePrivateFile(files.privateFile, privatePem);
  return files;
}
