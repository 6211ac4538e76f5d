/**
 * A map that forgets its oldest key beyond a capacity. A ring of keys decides what is oldest: walking a Map from its
 * start costs time for every key ever deleted there.
 */
export class FifoMap<V> {
  private readonly values = new Map<string, V>();
  private ring: (string | undefined)[] = [];
  private next = 0;

  constructor(private readonly capacity: number) {}

  get(key: string): V | undefined {
    return this.values.get(key);
  }

  /** A key that is known already keeps its age. */
  set(key: string, value: V): void {
    const known = this.values.has(key);
    this.values.set(key, value);
    if (known) return;
    const oldest = this.ring[this.next];
    if (oldest !== undefined) this.values.delete(oldest);
    this.ring[this.next] = key;
    this.next = (this.next + 1) % this.capacity;
  }

  clear(): void {
    this.values.clear();
    this.ring = [];
    this.next = 0;
  }
}
