import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { SlipwayError } from '@slipway/kernel';

/** Passes bytes on and knows their number and digest at the end. */
export class DigestMeter extends Transform {
  size = 0;
  private readonly hash = createHash('sha256');
  private found: string | undefined;

  /** `expected`: the stream fails with ARTIFACT_ALTERED at its end unless this was the digest. */
  constructor(private readonly expected?: string) {
    super();
  }

  /** Only when all has passed. */
  get digest(): string {
    this.found ??= `sha256:${this.hash.digest('hex')}`;
    return this.found;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.size += chunk.length;
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const altered = this.expected !== undefined && this.expected !== this.digest;
    done(altered ? new SlipwayError('ARTIFACT_ALTERED', `${this.expected} holds ${this.size} bytes with the digest ${this.digest}`) : null);
  }
}
