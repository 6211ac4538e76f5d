import { field, putVarint, varintField, varintSize } from './wire.js';

/** `Streams/Read` response messages. */

/**
 * ReadResp with an event. `record` is absent if a link leads nowhere; `link` is present if one was resolved.
 * `position` is the place in `$all` of the event that was read (the link, if there is one).
 */
export function readEvent(record: Buffer | undefined, link: Buffer | undefined, position: number): Buffer {
  return wrapEvent(record, link, position, undefined);
}

/** The same for persistent subscriptions, whose message adds how often the event was delivered before. */
export function persistentEvent(record: Buffer | undefined, link: Buffer | undefined, position: number, retries: number): Buffer {
  return wrapEvent(record, link, position, retries);
}

function wrapEvent(record: Buffer | undefined, link: Buffer | undefined, position: number, retries: number | undefined): Buffer {
  const inner = blockSize(record) + blockSize(link) + 1 + varintSize(position) + (retries === undefined ? 0 : 1 + varintSize(retries));
  const out = Buffer.allocUnsafe(1 + varintSize(inner) + inner);
  out[0] = 0x0a;
  let at = putVarint(out, 1, inner);
  at = putBlock(out, at, 0x0a, record);
  at = putBlock(out, at, 0x12, link);
  out[at++] = 0x18;
  at = putVarint(out, at, position);
  if (retries !== undefined) {
    out[at++] = 0x28;
    putVarint(out, at, retries);
  }
  return out;
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

/** History is done, what follows is live. */
export const CAUGHT_UP = Buffer.from([0x42, 0]);

/** It was live, and is reading history again. */
export const FELL_BEHIND = Buffer.from([0x4a, 0]);
