// How programs write a value down, told without a look at shapes.ts: the oracle of the specs.

type Shape = (value: string) => string;

const bytes = (value: string, write: (byte: number) => string): string => [...Buffer.from(value)].map(write).join('');
const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const inJson: Shape = (value) => JSON.stringify(value).slice(1, -1);
const base64: Shape = (value) => Buffer.from(value).toString('base64');
const wrapped = (text: string, columns: number, newline: string): string => text.match(new RegExp(`.{1,${columns}}`, 'g'))!.join(newline);
const inHtml: Shape = (value) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

export const SHAPES: Readonly<Record<string, Shape>> = {
  'as it is': (value) => value,
  'with CRLF': (value) => value.replaceAll('\n', '\r\n'),
  'JSON': inJson,
  'JSON in JSON': (value) => inJson(inJson(value)),
  'JSON, ASCII only': (value) => inJson(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'URL': encodeURIComponent,
  'URL, lower case': (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  'URL, twice': (value) => encodeURIComponent(encodeURIComponent(value)),
  'form': (value) => new URLSearchParams({ v: value }).toString().slice(2),
  'percent': (value) => bytes(value, (byte) => `%${hex(byte).toUpperCase()}`),
  'percent, lower case': (value) => bytes(value, (byte) => `%${hex(byte)}`),
  'JSON in a URL': (value) => encodeURIComponent(inJson(value)),
  'hex': (value) => Buffer.from(value).toString('hex'),
  'HEX': (value) => Buffer.from(value).toString('hex').toUpperCase(),
  'hex with spaces': (value) => bytes(value, (byte) => ` ${hex(byte)}`).slice(1),
  'hex at 60 columns': (value) => wrapped(Buffer.from(value).toString('hex'), 60, '\n'),
  'base64': base64,
  'base64 without padding': (value) => base64(value).replaceAll('=', ''),
  'base64url': (value) => Buffer.from(value).toString('base64url'),
  'base64 after one byte': (value) => base64(`:${value}:`),
  'base64 after two bytes': (value) => base64(`u:${value}!?`),
  'base64 at 64 columns': (value) => wrapped(base64(`user:${value}\n`), 64, '\n'),
  'base64 at 76 columns': (value) => wrapped(base64(`administrator:${value}`), 76, '\r\n'),
  'base64 at 64 columns in JSON': (value) => inJson(wrapped(base64(value), 64, '\n')),
  'base64 in a URL': (value) => encodeURIComponent(base64(value)),
  'base64 of JSON': (value) => base64(JSON.stringify({ password: value })),
  'shell': (value) => `'${value.replaceAll("'", "'\\''")}'`,
  'shell, printf %q': (value) => value.replace(/[^\w\n]/gu, (character) => (character < '\u0080' ? `\\${character}` : character)),
  'HTML': inHtml,
  'HTML, numbers': (value) => [...value].map((character) => `&#${character.codePointAt(0)};`).join(''),
  'escaped bytes': (value) => bytes(value, (byte) => `\\x${hex(byte)}`),
  'octal bytes': (value) => bytes(value, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
};

/** A text that gives a value away, and the name of its shape. */
export interface Shaped {
  readonly shape: string;
  readonly text: string;
}

/** Every shape of a value and of each of its lines. What is shorter than 4 characters is no secret. */
export function shapesOf(value: string): Shaped[] {
  const parts = new Set([value.trim(), ...value.split(/\r?\n/).map((line) => line.trim())].filter((part) => [...part].length >= 4));
  return [...parts].flatMap((part) => Object.keys(SHAPES).map((shape) => ({ shape, text: bare(shape, part) })));
}

/** The name of every shape of a value that a text holds. */
export const shapesIn = (text: string, value: string): string[] => shapesOf(value).filter((shaped) => text.includes(shaped.text)).map(({ shape }) => shape);

/** Without what stands around the value in some shapes: it is no secret, and need not be found. */
function bare(name: string, value: string): string {
  if (!name.startsWith('base64')) return SHAPES[name]!(value);
  const length = Buffer.from(value).length;
  const before = name.includes('one byte') ? 1 : name.includes('two bytes') || name.includes('76') ? 2 : 0;
  if (/columns|JSON/.test(name)) return base64(value).slice(0, Math.floor((length * 8) / 6));
  const [first, last] = [Math.ceil((before * 8) / 6), Math.floor(((before + length) * 8) / 6)];
  const digits = base64('x'.repeat(before) + value).slice(first, last);
  return name === 'base64url' ? digits.replaceAll('+', '-').replaceAll('/', '_') : name.includes('URL') ? encodeURIComponent(digits) : digits;
}
