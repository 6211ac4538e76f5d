import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

import { bits, boolean, explicit, implicit, integer, octets, oid, sequence, set, time, utf8 } from './der.js';

/** A certificate and the key that it speaks for, both as PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_KEY_ID = '2.5.29.14';
const AUTHORITY_KEY_ID = '2.5.29.35';
const SUBJECT_ALT_NAME = '2.5.29.17';
const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');

/** An authority that signs server certificates and nothing else. */
export function makeAuthority(name: string, validity: Validity): CertificatePair {
  const { publicKey, privateKey } = newKeys();
  const extensions = [
    extension(BASIC_CONSTRAINTS, sequence(boolean(true), integer(Buffer.from([0]))), true),
    // keyCertSign and cRLSign.
    extension(KEY_USAGE, bits(Buffer.from([0b0000_0110]), 1), true),
    extension(SUBJECT_KEY_ID, octets(keyId(publicKey))),
  ];
  const issuer = { name, key: privateKey };
  return { certificate: certify(issuer, name, publicKey, validity, extensions), key: pemOf(privateKey) };
}

/** Whoever signs: an authority's common name and keys. */
export interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** A server's certificate for host names and IP addresses. */
export function makeServerCertificate(issuer: Issuer, hosts: readonly string[], validity: Validity): CertificatePair {
  const { publicKey, privateKey } = newKeys();
  const extensions = [
    extension(BASIC_CONSTRAINTS, sequence(), true),
    // digitalSignature.
    extension(KEY_USAGE, bits(Buffer.from([0b1000_0000]), 7), true),
    extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTH)),
    extension(SUBJECT_KEY_ID, octets(keyId(publicKey))),
    extension(AUTHORITY_KEY_ID, sequence(implicit(0, keyId(issuer.publicKey)))),
    extension(SUBJECT_ALT_NAME, sequence(...hosts.map(alternativeName))),
  ];
  return { certificate: certify(issuer, 'Slipway', publicKey, validity, extensions), key: pemOf(privateKey) };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certify(
  issuer: Pick<Issuer, 'name' | 'key'>,
  subject: string,
  publicKey: KeyObject,
  validity: Validity,
  extensions: readonly Buffer[],
): string {
  const signed = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    nameOf(issuer.name),
    sequence(time(validity.from), time(validity.to)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  const der = sequence(signed, ECDSA_WITH_SHA256, bits(sign('sha256', signed, issuer.key)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(COMMON_NAME, utf8(commonName))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function alternativeName(host: string): Buffer {
  const version = isIP(host);
  if (version === 0) return implicit(2, Buffer.from(host, 'latin1'));
  return implicit(7, version === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host));
}

function ipv6Bytes(host: string): Buffer {
  // The URL parser knows all spellings of an address; it leaves `::` for the longest run of zeros.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string): number[] => part.split(':').filter(Boolean).map((group) => parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest().subarray(0, 20);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
