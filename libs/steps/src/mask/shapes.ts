import { json, spellings } from './escapes.js';

/** The ways in which one place of a pattern may be written, none of them empty. */
export type Place = readonly string[];

/** What is looked for: any choice of one writing for each place. */
export interface Pattern {
  readonly places: readonly Place[];
  /** May stand before it, and belongs to it then. */
  readonly head?: Place | undefined;
  /** May stand behind it, and belongs to it then. */
  readonly tail?: Place | undefined;
}

/** Shorter ones would be found in any text. */
export const SHORTEST = 4;

/**
 * The patterns that find a value in all of its shapes: the whole, and each line of its own; as it is or escaped; as base64,
 * also in the middle of a longer one; as hexadecimal digits. Nothing for a value of fewer than 4 characters, not counting
 * white space around it.
 */
export function patternsOf(value: string): Pattern[] {
  // As UTF-8 has it: what is no text can't be printed either.
  const text = Buffer.from(value).toString().replace(/\r\n/g, '\n').trim();
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set([text, ...lines])].filter(isLongEnough).flatMap(shapesOf);
}

export const isLongEnough = (text: string): boolean => [...text.trim()].length >= SHORTEST;

function shapesOf(text: string): Pattern[] {
  const plain = [text, text.replaceAll('\n', '\r\n'), json(text)];
  const inBase64 = [...new Set(plain)].flatMap((each) => [0, 1, 2].map((before) => base64(Buffer.from(each), before)));
  return [{ places: [...text].map(character) }, ...inBase64, { places: hexadecimal(Buffer.from(text)) }];
}

/** The same array for the same character: what is made of a place is made once. */
function remembered<K extends string | number>(make: (key: K) => Place): (key: K) => Place {
  const known = new Map<K, Place>();
  return (key) => {
    const place = known.get(key) ?? make(key);
    known.set(key, place);
    return place;
  };
}

const character = remembered((text: string): Place => (text === '\n' ? [...spellings('\n'), ...spellings('\r\n')] : spellings(text)));

/** Where long lines of base64 and hexadecimal digits are broken, also inside JSON. */
const BREAKS = ['', '\n', '\r\n', '\\n', '\\r\\n'];
const broken = (texts: readonly string[]): string[] => BREAKS.flatMap((gap) => texts.map((text) => gap + text));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** base64, base64url, and base64 in a URL or in JSON. */
const writtenDigit = (digit: number): readonly string[] => {
  if (digit === 62) return ['+', '-', '%2B', '%2b', '\\u002b', '\\u002B'];
  if (digit === 63) return ['/', '_', '%2F', '%2f', '\\/'];
  return [ALPHABET[digit]!];
};
const firstDigit = remembered((digit: number): Place => writtenDigit(digit));
const nextDigit = remembered((digit: number): Place => broken(writtenDigit(digit)));
/** Digits at a border hold bits of a neighbour too; `bits` are known. */
const border = (fits: (digit: string, bits: string) => boolean) =>
  remembered((bits: string): Place => [...ALPHABET].flatMap((_, digit) => (fits(digit.toString(2).padStart(6, '0'), bits) ? writtenDigit(digit) : [])));
const digitBefore = border((digit, bits) => digit.endsWith(bits));
const digitBehind = border((digit, bits) => digit.startsWith(bits));

/** The digits that bytes have in base64 after `before` other bytes of a group of three, whatever comes around them. */
function base64(bytes: Buffer, before: number): Pattern {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const first = (6 - ((before * 8) % 6)) % 6;
  const count = Math.floor((bits.length - first) / 6);
  const digits = Array.from({ length: count }, (_, at) => parseInt(bits.slice(first + at * 6, first + at * 6 + 6), 2));
  const [head, tail] = [bits.slice(0, first), bits.slice(first + count * 6)];
  return {
    places: digits.map((digit, at) => (at === 0 ? firstDigit(digit) : nextDigit(digit))),
    head: head ? digitBefore(head) : undefined,
    tail: tail ? digitBehind(tail) : undefined,
  };
}

const hexOf = (byte: number): string[] => {
  const digits = byte.toString(16).padStart(2, '0');
  return [...new Set([digits, digits.toUpperCase()])];
};
const firstByte = remembered((byte: number): Place => hexOf(byte));
/** With a space or colon between bytes too, as `od` and certificates have it. */
const nextByte = remembered((byte: number): Place => [...broken(hexOf(byte)), ...[' ', ':', '\n '].flatMap((gap) => hexOf(byte).map((digits) => gap + digits))]);

const hexadecimal = (bytes: Buffer): Place[] => [...bytes].map((byte, at) => (at === 0 ? firstByte(byte) : nextByte(byte)));
