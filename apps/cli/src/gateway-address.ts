import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import type { GatewayAddress } from '@slipway/messaging';
import { firstAdministratorFile, readPlatformFile } from '@slipway/platform';
import { credentialFor } from './credentials.js';
import type { Io } from './io.js';
import { upwards } from './options.js';

/** Where the command line is run. */
type Place = Pick<Io, 'environment' | 'directory'>;

/** The gateway that the environment names, else that of the platform here or in a folder above. @throws SlipwayError CONFIG_INVALID */
export function gatewayUrlOf({ environment, directory }: Place): string {
  const url = environment['SLIPWAY_URL'] || upwards(directory, readPlatformFile)?.gateway;
  if (!url) throw new SlipwayError('CONFIG_INVALID', 'no platform runs here or in a folder above: npm start, or name the gateway of another one in SLIPWAY_URL');
  return checkedUrl(url);
}

/** The gateway, and a token for it. @throws SlipwayError CONFIG_INVALID, NOT_SIGNED_IN */
export function gatewayOf(io: Place): GatewayAddress {
  const url = gatewayUrlOf(io);
  return { url, ...tokenFor(url, io) };
}

/** The environment's, else the one that `slipway login` kept for this gateway. */
function tokenFor(url: string, io: Place): Pick<GatewayAddress, 'token' | 'tokenFrom'> {
  const { environment, directory } = io;
  if (environment['SLIPWAY_TOKEN']) return { token: environment['SLIPWAY_TOKEN'], tokenFrom: 'SLIPWAY_TOKEN' };
  const file = environment['SLIPWAY_TOKEN_FILE'];
  if (file) return { token: readToken(resolve(directory, file)), tokenFrom: `SLIPWAY_TOKEN_FILE, ${file}` };
  const kept = credentialFor(url, environment);
  if (kept === undefined) throw new SlipwayError('NOT_SIGNED_IN', `not signed in at ${url}: ${waysIn(io)}`);
  if (Date.parse(kept.expires) <= Date.now()) throw new SlipwayError('NOT_SIGNED_IN', `the token for ${url} has expired: ${waysIn(io)}`);
  return { token: kept.token, tokenFrom: 'slipway login' };
}

/** What to type. Whoever can read the first administrator's token runs the platform here. */
function waysIn({ environment, directory }: Place): string {
  const first = environment['SLIPWAY_URL'] ? undefined : upwards(directory, firstAdministratorFile);
  return `slipway login --token-stdin < ${first ?? 'your.token'}${first ? '' : ', or slipway login for a browser'}; or set SLIPWAY_TOKEN_FILE or SLIPWAY_TOKEN`;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `the file that SLIPWAY_TOKEN_FILE names can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}

/** Without a slash at its end. @throws SlipwayError CONFIG_INVALID when a token would be readable on the way */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))) return text.replace(/\/+$/, '');
  throw new SlipwayError('CONFIG_INVALID', `the gateway's URL must begin with https://, or with http://127.0.0.1 on this machine; ${text} does not`);
}
