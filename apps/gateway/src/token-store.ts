import { SlipwayError } from '@slipway/kernel';
import { withFileLock, writePrivateFile } from '@slipway/process-runner';
import { type Logger, WatchedFile } from '@slipway/service-kit';
import { notSignedIn } from './caller.js';
import { readPrivateFile } from './private-file.js';
import { idOf, matches, newToken, type TokenRecord } from './token.js';

interface Content {
  readonly tokens: readonly TokenRecord[];
}

const LOCK_WAIT_MS = 5_000;

/** Slipway's own tokens in a file, which several gateways may share. */
export class TokenStore {
  private readonly watched: WatchedFile<Content>;
  /** Days that are being written down. */
  private readonly noted = new Map<string, string>();

  /** @throws SlipwayError CONFIG_INVALID when there is a file that can't be used */
  constructor(
    private readonly file: string,
    private readonly logger: Logger,
  ) {
    this.watched = new WatchedFile(file, readContent, (error) => logger.error({ err: error }, 'the tokens file can not be used; what was read before still holds'), { tokens: [] });
  }

  list(): readonly TokenRecord[] {
    return this.watched.content.tokens;
  }

  /** @throws SlipwayError NOT_SIGNED_IN */
  async check(token: string, now: Date): Promise<TokenRecord> {
    const id = idOf(token);
    const record = this.list().find((each) => each.id === id);
    if (!matches(token, record)) throw notSignedIn('the token is not known here');
    if (record.revoked !== null) throw notSignedIn(`token ${record.id} was revoked`);
    if (Date.parse(record.expires) <= now.getTime()) throw notSignedIn(`token ${record.id} has expired`);
    this.noteUse(record, now);
    return record;
  }

  /** @returns the token, which nobody can be told again */
  async create(of: Parameters<typeof newToken>[0], now: Date): Promise<{ token: string; record: TokenRecord }> {
    const made = newToken(of, now);
    await this.change((tokens) => [...tokens, made.record]);
    return made;
  }

  /** Makes a token if there is none at all. */
  async createFirst(of: Parameters<typeof newToken>[0], now: Date): Promise<string | undefined> {
    const made = newToken(of, now);
    let first = false;
    await this.change((tokens) => ((first = tokens.length === 0) ? [made.record] : tokens));
    return first ? made.token : undefined;
  }

  /** Revoked before: stays as it is. @throws SlipwayError TOKEN_NOT_FOUND */
  async revoke(id: string, now: Date): Promise<TokenRecord> {
    let revoked: TokenRecord | undefined;
    await this.change((tokens) =>
      tokens.map((each) => {
        if (each.id !== id) return each;
        return (revoked = each.revoked === null ? { ...each, revoked: now.toISOString() } : each);
      }),
    );
    if (!revoked) throw new SlipwayError('TOKEN_NOT_FOUND', `there is no token ${id}`);
    return revoked;
  }

  /** Once a day for each token, beside the request. */
  private noteUse({ id, lastUsed }: TokenRecord, now: Date): void {
    const day = now.toISOString().slice(0, 10);
    if (lastUsed === day || this.noted.get(id) === day) return;
    this.noted.set(id, day);
    this.change((tokens) => tokens.map((each) => (each.id === id ? { ...each, lastUsed: day } : each))).catch((error: unknown) => {
      this.noted.delete(id);
      this.logger.warn({ err: error, token: id }, 'the day of use of a token was not written down');
    });
  }

  private async change(to: (tokens: readonly TokenRecord[]) => readonly TokenRecord[]): Promise<void> {
    await withFileLock(
      `${this.file}.lock`,
      async () => {
        const before = this.watched.content.tokens;
        const tokens = to(before);
        if (tokens !== before) writePrivateFile(this.file, `${JSON.stringify({ tokens } satisfies Content, null, 2)}\n`);
      },
      { waitMs: LOCK_WAIT_MS },
    );
  }
}

function readContent(file: string): Content {
  const text = readPrivateFile(file, 'the tokens file');
  try {
    const content = JSON.parse(text) as Content;
    if (Array.isArray(content.tokens) && content.tokens.every(isRecord)) return content;
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `${file} is not JSON`, [], { cause: error });
  }
  throw new SlipwayError('CONFIG_INVALID', `${file} does not hold tokens`);
}

const isRecord = ({ id, hash, subject, grants, expires }: TokenRecord): boolean =>
  [id, subject].every((text) => typeof text === 'string') && /^[0-9a-f]{64}$/.test(hash) && typeof grants === 'object' && grants !== null && !Number.isNaN(Date.parse(expires));
