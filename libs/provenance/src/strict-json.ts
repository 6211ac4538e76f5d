import { SlipwayError } from '@slipway/kernel';

/** Slipway's own statements have some kilobytes. */
const MOST_BYTES = 1024 * 1024;
const MOST_LEVELS = 64;

/**
 * The value in a UTF-8 text. Where two readers could see two values there is none: a key that comes twice in an object
 * (also when one is written with escapes), bytes that are not UTF-8, a byte order mark. @throws SlipwayError MALFORMED_MESSAGE
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  if (bytes.length > MOST_BYTES) throw malformed(`it has ${bytes.length} bytes, more than ${MOST_BYTES}`);
  const text = decode(bytes);
  const value = parse(text);
  refuseTwins(text);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw malformed('it is not UTF-8', error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed('it is not JSON', error);
  }
}

/** The text is known to be JSON: a string before a colon is a key, in the object that was opened last. */
function refuseTwins(text: string): void {
  const open: Set<string>[] = [];
  let string = '';
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '"') {
      const end = endOfString(text, at);
      string = text.slice(at, end + 1);
      at = end;
    } else if (mark === ':') addKey(string, open.at(-1));
    else if (mark === '{' || mark === '[') open.push(new Set());
    else if (mark === '}' || mark === ']') open.pop();
    if (open.length > MOST_LEVELS) throw malformed(`it is nested deeper than ${MOST_LEVELS} levels`);
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function addKey(string: string, keys: Set<string> | undefined): void {
  const key = JSON.parse(string) as string;
  if (keys?.has(key)) throw malformed(`the key ${string} comes twice in an object`);
  keys?.add(key);
}

const malformed = (why: string, cause?: unknown): SlipwayError => new SlipwayError('MALFORMED_MESSAGE', `not JSON that can be trusted: ${why}`, [], { cause });
