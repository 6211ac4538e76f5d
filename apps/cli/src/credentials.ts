import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { writePrivateFile } from '@slipway/process-runner';

/** A token for a gateway, as `slipway login` keeps it. */
export interface Credential {
  readonly token: string;
  /** ISO 8601. */
  readonly expires: string;
}

/** Gateway's URL → the token for it: one for another gateway is never sent. */
type Credentials = Readonly<Record<string, Credential>>;

/** `~/.config/slipway/credentials.json`, or under XDG_CONFIG_HOME. */
function credentialsFile({ XDG_CONFIG_HOME: config, HOME: home }: NodeJS.ProcessEnv): string | undefined {
  if (config) return join(config, 'slipway/credentials.json');
  return home ? join(home, '.config/slipway/credentials.json') : undefined;
}

export function credentialFor(url: string, environment: NodeJS.ProcessEnv): Credential | undefined {
  const file = credentialsFile(environment);
  return file === undefined ? undefined : read(file)[url];
}

/** Keeps it for its owner only. */
export function keepCredential(url: string, credential: Credential, environment: NodeJS.ProcessEnv): string {
  const file = credentialsFile(environment);
  if (file === undefined) throw new SlipwayError('CONFIG_INVALID', 'there is no home folder to keep the token in; set SLIPWAY_TOKEN_FILE instead');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writePrivateFile(file, `${JSON.stringify({ ...read(file), [url]: credential }, null, 2)}\n`);
  return file;
}

function read(file: string): Credentials {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `${file} can't be read; remove it, and sign in again: slipway login`, [], { cause: error });
  }
}
