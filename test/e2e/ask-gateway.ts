import { readFileSync } from 'node:fs';
import type { Platform } from '@slipway/platform';
import { ERRORS, type Problem } from '@slipway/kernel';
import type { Answer } from './send.js';

export interface HttpRequest {
  readonly method: string;
  /** After `/v1`. */
  readonly path: string;
  readonly body?: object;
}

/** Asks a platform's gateway as whoever the token is. @throws TypeError for an answer that is neither data nor a problem of ours */
export async function askGateway(platform: Platform, { method, path, body }: HttpRequest, token: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${platform.connections.gateway}/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const value: unknown = await answer.json();
  if (answer.ok) return { code: undefined, value };
  const { code, status } = value as Problem;
  const isProblem = answer.headers.get('content-type') === 'application/problem+json' && status === answer.status && ERRORS[code].status === status;
  if (!isProblem) throw new TypeError(`${method} ${path}: ${answer.status} ${JSON.stringify(value)}`);
  return { code, value };
}

/** A token made at the gateway by the platform's first administrator. */
export async function tokenFor(platform: Platform, subject: string, grants: object): Promise<string> {
  const administrator = readFileSync(platform.firstAdministratorFile!, 'utf8').trim();
  const { code, value } = await askGateway(platform, { method: 'POST', path: '/tokens', body: { subject, grants, days: 1 } }, administrator);
  if (code !== undefined) throw new TypeError(JSON.stringify(value));
  return (value as { token: string }).token;
}
