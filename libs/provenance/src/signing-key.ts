import { generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { type KeyPair, signerFrom } from './ed25519.js';

/** What a service is told by its environment. */
export interface SigningKeyConfig {
  /** The service's own directory. */
  readonly SLIPWAY_DATA: string;
  /** Where its key is. Default: `keys/<service>.ed25519.pem` in its own directory, made at first start. */
  readonly SLIPWAY_SIGNING_KEY_FILE?: string;
}

/** The key of a service. @throws SlipwayError CONFIG_INVALID */
export function signingKeyOf(service: string, { SLIPWAY_DATA: data, SLIPWAY_SIGNING_KEY_FILE: file }: SigningKeyConfig): KeyPair {
  return file ? loadSigningKey(file, { make: false }) : loadSigningKey(join(data, 'keys', `${service}.ed25519.pem`), { make: true });
}

/**
 * The key with which a service signs: PKCS8 PEM, mode 0600. Its public half is written beside it, as `….pub.pem`.
 * @param make makes the key where there is none; without it, a missing file is a fault, and nobody signs with a new key by mistake
 * @throws SlipwayError CONFIG_INVALID for a file that is missing, is no such key, or that others may read
 */
export function loadSigningKey(file: string, { make }: { readonly make: boolean }): KeyPair {
  const pem = readPrivate(file) ?? (make ? makeKey(file) : undefined);
  if (pem === undefined) throw new SlipwayError('CONFIG_INVALID', `there is no signing key at ${file}`);
  const pair = parse(pem, file);
  if (make) writeFileSync(publicFileOf(file), pair.publicPem, { mode: 0o644 });
  return pair;
}

/** `keys/build.ed25519.pem` → `keys/build.ed25519.pub.pem` */
export const publicFileOf = (file: string): string => `${file.replace(/\.pem$/, '')}.pub.pem`;

function readPrivate(file: string): string | undefined {
  const mode = modeOf(file);
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw new SlipwayError('CONFIG_INVALID', `others than its owner may use the signing key ${file} (mode ${(mode & 0o777).toString(8)}); make a new one if they may have read it, else: chmod 600 ${file}`);
  }
  return readFileSync(file, 'utf8');
}

function modeOf(file: string): number | undefined {
  try {
    // Not what a link leads to: it could be exchanged.
    const found = lstatSync(file);
    if (!found.isFile()) throw new SlipwayError('CONFIG_INVALID', `the signing key ${file} is not a file`);
    return found.mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appears whole or not at all; of two processes that make one, the first wins and both use it. */
function makeKey(file: string): string | undefined {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(handle, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    fsyncSync(handle);
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
  return readPrivate(file);
}

function parse(pem: string, file: string): KeyPair {
  try {
    return signerFrom(pem);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new SlipwayError('CONFIG_INVALID', `the signing key ${file}: ${error.message}`, [], { cause: error });
  }
}
