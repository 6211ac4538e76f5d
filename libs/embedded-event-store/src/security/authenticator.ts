import { createHmac, randomBytes } from 'node:crypto';

import { unauthenticated } from '../protocol/errors.js';
import type { Users } from './users.js';

/** How long a password that was right counts as right without being checked again. */
const REMEMBER_MS = 60_000;
const MOST_REMEMBERED = 1000;
/** Checks cost memory and threads, which the disk's syncs need too: more at once wait, and more than can wait are refused. */
const MOST_CHECKS = 2;
const MOST_WAITING = 256;

/** Knows callers by their Basic credentials. */
export class Authenticator {
  /** By a keyed digest of the header: no password stays in memory. */
  private right = new Map<string, { name: string; until: number }>();
  private readonly underWay = new Map<string, Promise<string>>();
  private readonly key = randomBytes(32);
  private checks = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param refused is told the name that somebody claimed with a wrong password */
  constructor(
    private readonly users: Users,
    private readonly refused: (name: string) => void,
  ) {
    users.onChange(() => (this.right = new Map()));
  }

  /** The user's name; at once if the credentials were right a short time ago. Throws or rejects with UNAUTHENTICATED. */
  identify(header: string): string | Promise<string> {
    const digest = createHmac('sha256', this.key).update(header).digest('base64');
    const known = this.right.get(digest);
    if (known !== undefined && known.until > Date.now()) return known.name;
    return this.underWay.get(digest) ?? this.start(digest, header);
  }

  /** Calls that come together with the same credentials share one check. */
  private start(digest: string, header: string): Promise<string> {
    const check = this.check(digest, header).finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, check);
    return check;
  }

  private async check(digest: string, header: string): Promise<string> {
    const { name, password } = parseBasic(header);
    await this.takeTurn();
    // What is checked while the users change is written to a memory that is given up.
    const { right } = this;
    try {
      if (!(await this.users.verify(name, password))) {
        this.refused(name);
        throw unauthenticated('wrong user or password');
      }
    } finally {
      this.checks--;
      this.waiting.shift()?.();
    }
    if (right.size >= MOST_REMEMBERED) right.clear();
    right.set(digest, { name, until: Date.now() + REMEMBER_MS });
    return name;
  }

  private async takeTurn(): Promise<void> {
    while (this.checks >= MOST_CHECKS) {
      if (this.waiting.length >= MOST_WAITING) throw unauthenticated('too many credentials are being checked; try again');
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.checks++;
  }
}

function parseBasic(header: string): { name: string; password: string } {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) throw unauthenticated('the credentials must be Basic ones');
  return { name: text.slice(0, at), password: text.slice(at + 1) };
}
