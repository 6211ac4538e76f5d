import { SlipwayError } from '@slipway/kernel';
import { notFound } from './secrets.js';

/** What Vault says instead of a secret, in our words: its own may quote anything. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Vault refused the request (400)',
  403: "Vault refused access (403): the token is not valid, or its policy doesn't let it read this path",
  412: 'Vault is not up to date yet (412)',
  429: 'Vault is a standby or limits the rate of requests (429)',
  503: 'Vault is sealed or under maintenance (503)',
};

/**
 * The value of a key in what the key-value engine (version 2) answered to `GET /v1/MOUNT/data/PATH`. A deleted or destroyed
 * version is a 404 with the version's metadata; a path that was never written is a 404 without.
 *
 * Throws SECRET_NOT_FOUND, SECRET_UNAVAILABLE; never with a word of the body.
 */
export function readVaultAnswer(reference: string, key: string, status: number, body: string): string {
  const at = `secret ${reference}:`;
  if (status >= 300 && status < 400) throw unavailable(`${at} Vault redirects (${status}); SLIPWAY_VAULT_ADDR must name a node that answers by itself`);
  if (status !== 200 && status !== 404) throw unavailable(`${at} ${REFUSALS[status] ?? `Vault answered ${status}`}`);
  const answer = objectIn(parsed(body), 'data');
  const metadata = objectIn(answer, 'metadata');
  if (metadata?.['destroyed'] === true) throw notFound(`${at} its newest version is destroyed`);
  if (status === 404 && metadata) throw notFound(`${at} its newest version is deleted`);
  if (status === 404) throw notFound(`${at} Vault has nothing at this path (404)`);
  const data = objectIn(answer, 'data');
  if (!data || !metadata) throw notFound(`${at} Vault's answer is none of a key-value engine, version 2`);
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) throw notFound(`${at} it has no key ${key}`);
  if (typeof value !== 'string') throw notFound(`${at} its value is not a text`);
  return value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The caller tells it; the error would quote the body.
    return undefined;
  }
}

function objectIn(value: unknown, field: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = (value as Record<string, unknown>)[field];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : undefined;
}

const unavailable = (message: string): SlipwayError => new SlipwayError('SECRET_UNAVAILABLE', message);
