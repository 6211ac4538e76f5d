/** Protobuf wire format, as little of it as the hot messages need. */

const TWO_32 = 0x1_0000_0000;

/** Reads one message out of a larger buffer. Byte fields are views of that buffer, not copies. */
export class WireReader {
  constructor(
    readonly bytes: Buffer,
    public position = 0,
    readonly end = bytes.length,
  ) {}

  /** The next field's tag (number * 8 + wire type), or 0 at the end of the message. */
  tag(): number {
    return this.position < this.end ? this.varint() : 0;
  }

  /** An unsigned varint. Values above 2^53 lose their low bits: no revision or position gets there. */
  varint(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return low;
    }
    let factor = 2 ** 28;
    for (let i = 0; i < 6; i++) {
      const byte = this.byte();
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return low;
      factor *= 128;
    }
    throw new RangeError('malformed varint');
  }

  /** A varint that carries a full 64-bit pattern. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('malformed varint');
  }

  /** A length-delimited field as a view. */
  view(): Buffer {
    const start = this.start();
    return this.bytes.subarray(start, this.position);
  }

  text(): string {
    const start = this.start();
    return this.bytes.toString('utf8', start, this.position);
  }

  /** A reader of a nested message. */
  message(): WireReader {
    const start = this.start();
    return new WireReader(this.bytes, start, this.position);
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.advance(8);
        return;
      case 2:
        this.start();
        return;
      case 5:
        this.advance(4);
        return;
      default:
        throw new RangeError(`unsupported wire type ${tag & 7}`);
    }
  }

  /** Reads a length, moves past the field and returns where its content starts. */
  private start(): number {
    const length = this.varint();
    const start = this.position;
    this.advance(length);
    return start;
  }

  private advance(length: number): void {
    this.position += length;
    if (this.position > this.end) throw new RangeError('truncated message');
  }

  private byte(): number {
    if (this.position >= this.end) throw new RangeError('truncated message');
    return this.bytes[this.position++]!;
  }
}

/** Bytes that `value` takes as a varint. `value` is a safe non-negative integer. */
export function varintSize(value: number): number {
  let size = 1;
  while (value >= 128) {
    value = Math.floor(value / 128);
    size++;
  }
  return size;
}

/** Writes a varint at `at` and returns the offset behind it. */
export function putVarint(target: Buffer, at: number, value: number): number {
  while (value >= TWO_32) {
    target[at++] = (value % 128) | 0x80;
    value = Math.floor(value / 128);
  }
  let rest = value >>> 0;
  while (rest >= 128) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

/** A length-delimited field: tag, length, content. */
export function field(tag: number, content: Uint8Array): Buffer {
  const size = content.length;
  const out = Buffer.allocUnsafe(varintSize(tag) + varintSize(size) + size);
  let at = putVarint(out, 0, tag);
  at = putVarint(out, at, size);
  out.set(content, at);
  return out;
}

/** A varint field that carries a full 64-bit pattern; `value` is not negative. */
export function varint64Field(tag: number, value: bigint): Buffer {
  const bytes = [tag];
  for (; value >= 128n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(value)]);
}

/** A varint field. */
export function varintField(tag: number, value: number): Buffer {
  const out = Buffer.allocUnsafe(varintSize(tag) + varintSize(value));
  putVarint(out, putVarint(out, 0, tag), value);
  return out;
}
