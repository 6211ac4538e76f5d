import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { credentialFor } from './credentials.js';
import type { GatewayAddress } from './gateway-client.js';
import type { Io } from './io.js';
import { type GlobalOptions, platformOf } from './options.js';

/** The gateway that the environment names, else that of the platform here or in a folder above. */
export function gatewayUrlOf({ environment, directory }: Io): string | undefined {
  const url = environment['SLIPWAY_URL'] || platformOf(directory)?.gateway;
  return url === undefined ? undefined : checkedUrl(url);
}

/**
 * The gateway, where one is known and a token for it. Whoever names a bus, or who acts, wants the bus.
 * @throws SlipwayError NOT_SIGNED_IN when SLIPWAY_URL names one and there is no token
 */
export function gatewayOf({ nats, as }: GlobalOptions, io: Io): GatewayAddress | undefined {
  const { SLIPWAY_URL: named, SLIPWAY_NATS: bus, SLIPWAY_AS: actor } = io.environment;
  if (named && as !== undefined) throw new SlipwayError('INVALID_COMMAND', 'the token says who acts: leave --as out, or SLIPWAY_URL');
  if (nats !== undefined || as !== undefined || (!named && (bus || actor))) return undefined;
  const url = gatewayUrlOf(io);
  const token = url === undefined ? undefined : tokenFor(url, io);
  if (url !== undefined && token !== undefined) return { url, token };
  if (named) throw new SlipwayError('NOT_SIGNED_IN', `sign in at ${url} first: slipway login, or set SLIPWAY_TOKEN or SLIPWAY_TOKEN_FILE`);
  return undefined;
}

/** The environment's, else the one that `slipway login` kept for this gateway. */
function tokenFor(url: string, { environment, directory }: Io): string | undefined {
  if (environment['SLIPWAY_TOKEN']) return environment['SLIPWAY_TOKEN'];
  const file = environment['SLIPWAY_TOKEN_FILE'];
  if (file) return readToken(resolve(directory, file));
  const kept = credentialFor(url, environment);
  if (kept && Date.parse(kept.expires) <= Date.now()) throw new SlipwayError('NOT_SIGNED_IN', `the token for ${url} has expired: slipway login`);
  return kept?.token;
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
