// An authority and the servers' certificates that it signs, as files: for generate.mjs beside this, and deploy/containers.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { makeAuthority, makeServerCertificate } from '@slipway/embedded-event-store';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Clients limit how long a server's certificate may live. */
const SERVER_DAYS = 397;

/**
 * Writes certificates of one authority, which is made with that name where there is none yet. Throws when only its certificate is
 * there, or when another program made it.
 * @param ca paths of its PEM files: `{ certificate, key }`
 * @param servers for each its PEM files' paths, and its names and addresses: `{ certificate, key, hosts }`
 */
export function writeCertificates(name, ca, servers) {
  if (!existsSync(ca.certificate)) write(ca, makeAuthority(name, until(AUTHORITY_DAYS)));
  // Another one in its place would be trusted by nobody.
  else if (!existsSync(ca.key)) throw new Error(`the authority's key is not in ${ca.key}: put it back, or remove ${ca.certificate} to make another authority`);
  const authority = new X509Certificate(readFileSync(ca.certificate));
  const issuer = { name: authority.subject.replace(/^CN=/, ''), key: createPrivateKey(readFileSync(ca.key)), publicKey: authority.publicKey };
  for (const server of servers) {
    const made = makeServerCertificate(issuer, server.hosts, until(SERVER_DAYS));
    if (!new X509Certificate(made.certificate).checkIssued(authority)) throw new Error(`${ca.certificate} was not made here, so what it signs here would not be believed: remove it to make another authority`);
    write(server, made);
  }
}

const until = (days) => ({ from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + days * DAY_MS) });

function write(files, { certificate, key }) {
  writeFileSync(files.certificate, certificate);
  writeFileSync(files.key, key, { mode: 0o600 });
}
