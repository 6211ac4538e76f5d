import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { EVERYWHERE } from '@slipway/identity';
import { writePrivateFile } from '@slipway/process-runner';
import type { Logger } from '@slipway/service-kit';
import type { TokenStore } from './token-store.js';

const DAYS = 90;
const DAY_MS = 86_400_000;

/** Where nobody has a token yet, somebody must be able to make them: writes an administrator's token to a file. */
export async function makeFirstAdministrator(tokens: TokenStore, data: string, now: Date, logger: Logger): Promise<void> {
  if (tokens.list().length > 0) return;
  const file = join(data, 'first-administrator.token');
  const subject = 'person:administrator';
  const token = await tokens.createFirst({ subject, grants: { [EVERYWHERE]: ['administrator'] }, createdBy: 'service:gateway', expires: new Date(now.getTime() + DAYS * DAY_MS).toISOString() }, now);
  if (token === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writePrivateFile(file, `${token}\n`);
  logger.warn({ file, subject }, 'nobody had a token: the first administrator\'s is in this file; make others with it, and remove it');
}
