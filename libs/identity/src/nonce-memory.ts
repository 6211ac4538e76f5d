import { SlipwayError } from '@slipway/kernel';
import type { Claims } from './claims.js';

/**
 * Remembers the assertions that were used, until they expire. One for each process: a replay to another replica, or after
 * a restart, meets the command's id in the stream, and gets the first outcome again.
 */
export class NonceMemory {
  /** jti → expiry in seconds since 1970, in the order in which they came. */
  private readonly used = new Map<string, number>();

  /** @param limit how many live assertions are remembered; at 60 s of life this limits the rate. */
  constructor(private readonly limit = 200_000) {}

  get size(): number {
    return this.used.size;
  }

  /** @throws SlipwayError ASSERTION_REPLAYED; UNAVAILABLE when there is no room to remember it. */
  use({ jti, exp }: Pick<Claims, 'jti' | 'exp'>, now: Date): void {
    this.forgetExpired(now.getTime() / 1_000);
    if (this.used.has(jti)) throw new SlipwayError('ASSERTION_REPLAYED', 'this very message was sent before; to repeat a command, sign it again under the same command id');
    if (this.used.size >= this.limit) throw new SlipwayError('UNAVAILABLE', 'too many messages within a minute; try again later');
    this.used.set(jti, exp);
  }

  /** Those that came first go first. One that lives longer keeps those behind it for at most a minute more. */
  private forgetExpired(now: number): void {
    for (const [jti, exp] of this.used) {
      if (exp > now) return;
      this.used.delete(jti);
    }
  }
}
