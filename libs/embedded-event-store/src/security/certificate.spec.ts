import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';

import { loadCertificates } from './certificate-files.js';
import { integer, oid, sequence, time } from './der.js';

const DAY_MS = 86_400_000;
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-certs-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const inCerts = (name: string): string => join(directory, 'certs', name);

it.each([
  ['a small integer', integer(Buffer.from([2])), '020102'],
  ['an integer with a leading bit', integer(Buffer.from([0x80])), '02020080'],
  ['an integer with leading zeros', integer(Buffer.from([0, 0, 5])), '020105'],
  ['zero', integer(Buffer.from([0])), '020100'],
  ['an object identifier', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  ['a long sequence', sequence(Buffer.alloc(200)).subarray(0, 3), '3081c8'],
  ['a very long sequence', sequence(Buffer.alloc(300)).subarray(0, 4), '3082012c'],
  ['a time before 2050', time(new Date('2049-12-31T23:59:59.999Z')), `170d${Buffer.from('491231235959Z').toString('hex')}`],
  ['a time from 2050 on', time(new Date('2050-01-01T00:00:00Z')), `180f${Buffer.from('20500101000000Z').toString('hex')}`],
])('writes %s as DER', (_name, encoded, hex) => expect(encoded.toString('hex')).toBe(hex));

it('makes an authority and a server certificate that OpenSSL takes', () => {
  const { caFile, certificate, key } = loadCertificates(directory, '127.0.0.1');
  const authority = new X509Certificate(readFileSync(caFile));
  const server = new X509Certificate(certificate);
  expect(authority.ca).toBe(true);
  expect(authority.verify(authority.publicKey)).toBe(true);
  expect(server.ca).toBe(false);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.checkIP('::1')).toBeDefined();
  expect(server.checkHost('example.org')).toBeUndefined();
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(() => createSecureContext({ cert: certificate, key, ca: readFileSync(caFile) })).not.toThrow();
});

it('keeps private keys to their owner', () => {
  loadCertificates(directory, '127.0.0.1');
  for (const name of ['ca.key', 'server.key']) expect(statSync(inCerts(name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(directory, 'certs')).mode & 0o777).toBe(0o700);
});

it('makes them once', () => {
  const first = loadCertificates(directory, '127.0.0.1');
  expect(loadCertificates(directory, 'localhost').certificate).toBe(first.certificate);
});

it('renews a server certificate that is about to expire, under the same authority', () => {
  const first = loadCertificates(directory, '127.0.0.1');
  const authority = readFileSync(first.caFile, 'utf8');
  const later = loadCertificates(directory, '127.0.0.1', Date.now() + 380 * DAY_MS);
  expect(later.certificate).not.toBe(first.certificate);
  expect(readFileSync(first.caFile, 'utf8')).toBe(authority);
});

it('renews an authority that is about to expire, and the server certificate with it', () => {
  const first = loadCertificates(directory, '127.0.0.1');
  const authority = readFileSync(first.caFile, 'utf8');
  const later = loadCertificates(directory, '127.0.0.1', Date.now() + 3630 * DAY_MS);
  expect(readFileSync(first.caFile, 'utf8')).not.toBe(authority);
  expect(new X509Certificate(later.certificate).verify(new X509Certificate(readFileSync(later.caFile)).publicKey)).toBe(true);
});

it.each(['store.example.org', '10.1.2.3', 'fd00::1:2'])('speaks for the host that it listens on: %s', (host) => {
  loadCertificates(directory, '127.0.0.1');
  const server = new X509Certificate(loadCertificates(directory, host).certificate);
  expect(server.checkHost(host) ?? server.checkIP(host)).toBeDefined();
  expect(server.checkIP('127.0.0.1')).toBeDefined();
});

it('makes a pair again whose halves do not belong together', () => {
  const first = loadCertificates(directory, '127.0.0.1');
  writeFileSync(inCerts('server.key'), readFileSync(inCerts('ca.key')));
  expect(loadCertificates(directory, '127.0.0.1').certificate).not.toBe(first.certificate);
});

it('does not overwrite what is no certificate', () => {
  loadCertificates(directory, '127.0.0.1');
  writeFileSync(inCerts('server.crt'), 'notes');
  expect(() => loadCertificates(directory, '127.0.0.1')).toThrow(/server\.crt and .*server\.key are no certificate and key/);
});
