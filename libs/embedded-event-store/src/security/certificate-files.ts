import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

import { makeAuthority, makeServerCertificate, type CertificatePair } from './certificate.js';
import { writeWholeFile } from '../storage/private-file.js';

/** What a server needs for TLS, and the file that its clients trust (`tlsCAFile`). */
export interface TlsFiles extends CertificatePair {
  readonly caFile: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Clients limit how long a server's certificate may live. */
const SERVER_DAYS = 397;
/** A server that is started rarely must not run into the end of its certificate. */
const RENEW_DAYS = 30;
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const AUTHORITY = 'Slipway event store authority';

interface LoadedPair extends CertificatePair {
  readonly x509: X509Certificate;
  readonly privateKey: KeyObject;
}

/**
 * The certificates in a data directory: made at the first start, renewed when they are about to expire or do not fit
 * the host. The authority stays the same as long as it is valid, so clients go on trusting it. To be called by the
 * owner of the directory. Throws for files that hold something else.
 */
export function loadCertificates(directory: string, host: string, now = Date.now()): TlsFiles {
  const folder = join(directory, 'certs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, 'ca.crt');
  const from = new Date(now - DAY_MS);
  const authority =
    loadPair(folder, 'ca', now) ?? savePair(folder, 'ca', makeAuthority(AUTHORITY, { from, to: new Date(now + AUTHORITY_DAYS * DAY_MS) }));
  const known = loadPair(folder, 'server', now);
  if (known !== undefined && fits(known.x509, authority.x509, host)) return { ...known, caFile };
  const issuer = { name: AUTHORITY, key: authority.privateKey, publicKey: authority.x509.publicKey };
  // A certificate must not outlive the authority behind it.
  const to = new Date(Math.min(now + SERVER_DAYS * DAY_MS, Date.parse(authority.x509.validTo)));
  const made = savePair(folder, 'server', makeServerCertificate(issuer, hostsOf(host), { from, to }));
  return { ...made, caFile };
}

/** Undefined if there is no pair, it is about to expire, or a crash left two halves that do not belong together. */
function loadPair(folder: string, name: string, now: number): LoadedPair | undefined {
  const [certificateFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  const pair = parse({ certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }, `${folder}/${name}`);
  const fresh = Date.parse(pair.x509.validTo) > now + RENEW_DAYS * DAY_MS;
  return fresh && pair.x509.checkPrivateKey(pair.privateKey) ? pair : undefined;
}

function savePair(folder: string, name: string, pair: CertificatePair): LoadedPair {
  writeWholeFile(join(folder, `${name}.key`), pair.key);
  writeWholeFile(join(folder, `${name}.crt`), pair.certificate, 0o644);
  return parse(pair, name);
}

function parse(pair: CertificatePair, from: string): LoadedPair {
  try {
    return { ...pair, x509: new X509Certificate(pair.certificate), privateKey: createPrivateKey(pair.key) };
  } catch (error) {
    throw new Error(`${from}.crt and ${from}.key are no certificate and key: ${(error as Error).message}`, { cause: error });
  }
}

function fits(server: X509Certificate, authority: X509Certificate, host: string): boolean {
  const speaksFor = (name: string): boolean => (isIP(name) === 0 ? server.checkHost(name) : server.checkIP(name)) !== undefined;
  return server.checkIssued(authority) && server.verify(authority.publicKey) && hostsOf(host).every(speaksFor);
}

/** Listening on every address names none of them. */
function hostsOf(host: string): string[] {
  return LOOPBACK.includes(host) || host === '0.0.0.0' || host === '::' ? LOOPBACK : [...LOOPBACK, host];
}
