import { shapesOf } from '@slipway/steps/testing';

/** What is shorter turns up by chance in megabytes of keys, signatures and digests. */
const SHORTEST = 8;
/** Every key on disk has these lines. */
const ARMOUR = /^-----(BEGIN|END) [A-Z ]+-----$/;
const START = 4;

interface Needle {
  readonly bytes: Buffer;
  readonly name: string;
}

/** Looks in bytes for many texts at once: values, and each of their lines, in every shape. */
export class Needles {
  private readonly byStart = new Map<number, Needle[]>();
  readonly count: number;

  /** @param values name → value */
  constructor(values: Readonly<Record<string, string>>) {
    const armour = new Set(Object.values(values).flatMap((value) => value.split(/\r?\n/)).filter((line) => ARMOUR.test(line)).flatMap((line) => shapesOf(line).map(({ text }) => text)));
    const texts = new Map(Object.entries(values).flatMap(([name, value]) => shapesOf(value).map(({ shape, text }) => [text, `${name} (${shape})`] as const)).reverse());
    const needles = [...texts].filter(([text]) => text.length >= SHORTEST && !armour.has(text)).map(([text, name]) => ({ bytes: Buffer.from(text), name }));
    for (const needle of needles) {
      const start = needle.bytes.readUInt32LE(0);
      this.byStart.set(start, [...(this.byStart.get(start) ?? []), needle]);
    }
    this.count = needles.length;
  }

  /** The names of what is there: as it stands, with wrapped lines put together, and in what is base64. */
  in(bytes: Buffer): Set<string> {
    const joined = Buffer.from(bytes.toString('latin1').replaceAll(/(?:\\[rn]|[\r\n])+ */g, ''), 'latin1');
    return new Set([bytes, joined, decoded(joined)].flatMap((view) => this.scan(view)));
  }

  private scan(bytes: Buffer): string[] {
    const found = new Set<Needle>();
    for (let at = 0; at + START <= bytes.length; at++) {
      const candidates = this.byStart.get((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0);
      if (candidates === undefined) continue;
      for (const needle of candidates) if (bytes.compare(needle.bytes, 0, needle.bytes.length, at, Math.min(bytes.length, at + needle.bytes.length)) === 0) found.add(needle);
    }
    return [...found].map(({ name }) => name);
  }
}

/** Everything in a text that may be base64 or base64url, decoded: payloads of attestations and tokens, binary data of an export. */
export function decoded(bytes: Buffer): Buffer {
  const runs = bytes.toString('latin1').match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
  return Buffer.concat(runs.flatMap((run) => [Buffer.from(run, 'base64'), Buffer.from('\n')]));
}
