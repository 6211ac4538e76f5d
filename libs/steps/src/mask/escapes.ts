type Escape = (text: string) => string;

const eachByte = (text: string, shape: (byte: number) => string): string => [...Buffer.from(text)].map(shape).join('');
const eachUnit = (text: string, shape: (unit: number) => string): string => Array.from({ length: text.length }, (_, at) => shape(text.charCodeAt(at))).join('');
const eachCharacter = (text: string, shape: (code: number) => string): string => [...text].map((character) => shape(character.codePointAt(0)!)).join('');
const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
const HEX = (number: number, digits: number): string => hex(number, digits).toUpperCase();

/** As it stands between the quotes of a JSON text. */
export const json: Escape = (text) => JSON.stringify(text).slice(1, -1);

/** Leaves unreserved characters, as `encodeURIComponent` and most libraries do. */
const url: Escape = (text) => encodeURIComponent(text);
const urlLower: Escape = (text) => url(text).replace(/%../g, (code) => code.toLowerCase());

const ENTITIES: Readonly<Record<string, readonly string[]>> = { '&': ['&amp;'], '<': ['&lt;'], '>': ['&gt;'], '"': ['&quot;'], "'": ['&apos;', '&#39;', '&#x27;'] };
const entities = (text: string): string => [...text].map((character) => ENTITIES[character]?.[0] ?? character).join('');

/** Any text at all can be written like this. */
const WHOLE: readonly Escape[] = [
  (text) => eachByte(text, (byte) => `%${HEX(byte, 2)}`),
  (text) => eachByte(text, (byte) => `%${hex(byte, 2)}`),
  (text) => eachByte(text, (byte) => `\\x${HEX(byte, 2)}`),
  (text) => eachByte(text, (byte) => `\\x${hex(byte, 2)}`),
  (text) => eachByte(text, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
  (text) => eachUnit(text, (unit) => `\\u${HEX(unit, 4)}`),
  (text) => eachUnit(text, (unit) => `\\u${hex(unit, 4)}`),
  (text) => eachCharacter(text, (code) => `&#${code};`),
  (text) => eachCharacter(text, (code) => `&#${String(code).padStart(3, '0')};`),
  (text) => eachCharacter(text, (code) => `&#x${HEX(code, 2)};`),
  (text) => eachCharacter(text, (code) => `&#x${hex(code, 2)};`),
];

/** Control characters as C and the `$'…'` of a shell have them, where JSON has them otherwise. */
const CONTROLS: Readonly<Record<string, readonly string[]>> = { '\u0007': ['\\a'], '\u000b': ['\\v'], '\u001b': ['\\e', '\\E'] };

/** What one character alone may become: quoted by a shell, doubled by SQL and CSV, a form's space. */
function ofOneCharacter(text: string): readonly string[] {
  const own = ENTITIES[text] ?? CONTROLS[text] ?? [];
  if (text === ' ') return ['+', '\\ '];
  if (text === "'") return [...own, "'\\''", `'"'"'`, "\\'", "''"];
  if (text === '"') return [...own, '""'];
  return /^[!-~]$/.test(text) && /\W|_/.test(text) ? [...own, `\\${text}`] : own;
}

/**
 * Every way in which a character (or `\r\n`) may be written inside a text that is escaped by anything that we know of,
 * the character itself first. JSON may be put into JSON, and that once more; JSON and URLs into URLs and HTML.
 */
export function spellings(text: string): readonly string[] {
  const once = [text, ...ofOneCharacter(text), ...WHOLE.map((escape) => escape(text)), json(text)];
  const twice = once.map(json);
  const again = twice.map(json);
  const plain = [text, json(text), `%${HEX(text.charCodeAt(0), 2)}`];
  const inUrls = plain.flatMap((each) => [url(each), urlLower(each), url(url(each))]);
  return [...new Set([...once, ...twice, ...again, ...inUrls, entities(json(text))])];
}
