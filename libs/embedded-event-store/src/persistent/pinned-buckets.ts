import type { Candidate } from './persistent-strategy.js';

const BUCKETS = 1024;

/**
 * Keeps the events of a key with one consumer. Keys fall into buckets, and a bucket belongs to who had the fewest when
 * its first event came. Who connects gets its share from those that have more; who leaves leaves its buckets to be given anew.
 */
export class PinnedBuckets<C extends Candidate> {
  private readonly owners: (C | undefined)[] = new Array<C | undefined>(BUCKETS).fill(undefined);
  /** How many buckets each consumer has. */
  private readonly shares = new Map<C, number>();

  constructor(private readonly keysInFlight: () => Iterable<string>) {}

  choose(consumers: readonly C[], key: string): C | undefined {
    this.follow(consumers);
    const bucket = bucketOf(key);
    const owner = this.owners[bucket] ?? this.give(bucket);
    return owner?.free ? owner : undefined;
  }

  private follow(consumers: readonly C[]): void {
    if (consumers.length === this.shares.size && consumers.every((consumer) => this.shares.has(consumer))) return;
    for (const gone of [...this.shares.keys()].filter((consumer) => !consumers.includes(consumer))) {
      this.shares.delete(gone);
      for (const bucket of this.bucketsOf(gone)) this.owners[bucket] = undefined;
    }
    for (const consumer of consumers) if (!this.shares.has(consumer)) this.welcome(consumer);
  }

  /** Buckets without events in flight move first: nobody else works on their keys. */
  private welcome(consumer: C): void {
    const others = [...this.shares];
    this.shares.set(consumer, 0);
    const fair = Math.ceil(others.reduce((sum, [, share]) => sum + share, 0) / this.shares.size);
    const busy = new Set([...this.keysInFlight()].map(bucketOf));
    for (const [other, share] of others) {
      if (share <= fair) continue;
      const buckets = this.bucketsOf(other).sort((a, b) => Number(busy.has(a)) - Number(busy.has(b)));
      for (const bucket of buckets.slice(0, share - fair)) this.assign(bucket, consumer);
    }
  }

  private give(bucket: number): C | undefined {
    let least: C | undefined;
    for (const [consumer, share] of this.shares) if (least === undefined || share < this.shares.get(least)!) least = consumer;
    if (least !== undefined) this.assign(bucket, least);
    return least;
  }

  private assign(bucket: number, consumer: C): void {
    const before = this.owners[bucket];
    if (before !== undefined) this.shares.set(before, this.shares.get(before)! - 1);
    this.owners[bucket] = consumer;
    this.shares.set(consumer, this.shares.get(consumer)! + 1);
  }

  private bucketsOf(consumer: C): number[] {
    return this.owners.flatMap((owner, bucket) => (owner === consumer ? [bucket] : []));
  }
}

/** FNV-1a with a final mix, since keys that differ at their end only must not fall together. */
function bucketOf(key: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) % BUCKETS;
}
