import type { OutgoingMessage } from '../transport/outbox.js';
import { field, putVarint, varintField, varintSize } from './wire.js';

/** `Streams/Read` response messages. */

/**
 * ReadResp with an event, laid down once, where it is sent from. Persistent subscriptions have the same message, and add
 * how often the event was delivered before.
 */
export class EventMessage implements OutgoingMessage {
  readonly size: number;
  private readonly inner: number;

  /**
   * @param record absent if a link leads nowhere
   * @param link present if one was resolved
   * @param position in `$all`, of the event that was read (the link, if there is one)
   */
  constructor(
    private readonly record: Buffer | undefined,
    private readonly link: Buffer | undefined,
    private readonly position: number,
    private readonly retries?: number,
  ) {
    this.inner = blockSize(record) + blockSize(link) + 1 + varintSize(position) + (retries === undefined ? 0 : 1 + varintSize(retries));
    this.size = 1 + varintSize(this.inner) + this.inner;
  }

  put(target: Buffer, start: number): void {
    target[start] = 0x0a;
    let at = putVarint(target, start + 1, this.inner);
    at = putBlock(target, at, 0x0a, this.record);
    at = putBlock(target, at, 0x12, this.link);
    target[at++] = 0x18;
    at = putVarint(target, at, this.position);
    if (this.retries !== undefined) {
      target[at++] = 0x28;
      putVarint(target, at, this.retries);
    }
  }
}

function blockSize(content: Buffer | undefined): number {
  return content === undefined ? 0 : 1 + varintSize(content.length) + content.length;
}

function putBlock(target: Buffer, at: number, tag: number, content: Buffer | undefined): number {
  if (content === undefined) return at;
  target[at++] = tag;
  at = putVarint(target, at, content.length);
  target.set(content, at);
  return at + content.length;
}

/** First message of any subscription, catch-up or persistent. */
export function confirmation(subscriptionId: string): Buffer {
  return field(0x12, field(0x0a, Buffer.from(subscriptionId)));
}

/** A filtered subscription has considered everything up to `position`. */
export function checkpoint(position: number): Buffer {
  return field(0x1a, Buffer.concat([varintField(0x08, position), varintField(0x10, position)]));
}

export function streamNotFound(stream: string): Buffer {
  return field(0x22, field(0x0a, field(0x1a, Buffer.from(stream))));
}

/** Where the stream begins now; sent if a read began before that, or behind the end. */
export function firstStreamPosition(revision: number): Buffer {
  return varintField(0x28, revision);
}

/** The stream's last revision at the end of a read. */
export function lastStreamPosition(revision: number): Buffer {
  return varintField(0x30, revision);
}

/** History is done, what follows is live. */
export const CAUGHT_UP = Buffer.from([0x42, 0]);

/** It was live, and is reading history again. */
export const FELL_BEHIND = Buffer.from([0x4a, 0]);
