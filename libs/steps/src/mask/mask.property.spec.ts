import fc from 'fast-check';
import { SecretMask } from './secret-mask.js';
import { SHAPES, shapesIn } from './shapes.fixtures.js';

const names = Object.keys(SHAPES);

const isText = (text: string): boolean => Buffer.from(text).toString() === text;

/** Brackets and words of the replacement would be found in what replaces them. */
const secret = fc
  .oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 60 }),
    fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }),
    fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }), { minLength: 2, maxLength: 5 }).map((lines) => lines.join('\n')),
    fc.base64String({ minLength: 4, maxLength: 80 }),
    fc.stringMatching(/^[ab'"\\%&]{4,9}$/),
  )
  .filter((value) => [...value.trim()].length >= 4 && isText(value) && !'[secret]'.includes(value.trim()) && !value.includes('[') && !value.includes(']'));

/** Letters that no shape of a secret is made of. */
const between = fc.stringMatching(/^[·…¦\n]{1,20}$/);

const pieces = fc.record({
  secrets: fc.array(secret, { minLength: 1, maxLength: 3 }),
  parts: fc.array(fc.tuple(between, fc.nat(), fc.constantFrom(...names)), { minLength: 1, maxLength: 8 }),
  cuts: fc.array(fc.nat(), { maxLength: 20 }),
});

/** Pushes a text in pieces that end at these places. */
function masked(mask: SecretMask, text: string, cuts: readonly number[]): string {
  const data = Buffer.from(text);
  const at = [...new Set([0, ...cuts.map((cut) => cut % (data.length + 1)), data.length])].sort((a, b) => a - b);
  const stream = mask.open();
  const out = at.slice(1).map((end, index) => stream.push(data.subarray(at[index], end)));
  return Buffer.concat([...out, stream.end()]).toString();
}

const maskOf = (...values: string[]): SecretMask => {
  const mask = new SecretMask();
  mask.add(values);
  return mask;
};

it('leaves no shape of a secret, wherever the stream is cut', () => {
  fc.assert(
    fc.property(pieces, ({ secrets, parts, cuts }) => {
      const text = parts.map(([gap, which, shape]) => gap + SHAPES[shape]!(secrets[which % secrets.length]!)).join('') + '·';
      const out = masked(maskOf(...secrets), text, cuts);
      expect(out).toContain('[secret]');
      expect(secrets.flatMap((value) => shapesIn(out.replaceAll('[secret]', '\0'), value))).toEqual([]);
      expect(masked(maskOf(...secrets), text, [])).toBe(out);
    }),
    { numRuns: 250 },
  );
});

it('takes the whole of a secret in every shape, and nothing around it', () => {
  fc.assert(
    fc.property(secret.filter((value) => !value.includes('\n') && value === value.trim()), fc.constantFrom(...names.filter((name) => !name.startsWith('base64') && name !== 'shell')), (value, shape) => {
      expect(maskOf(value).text(`·${SHAPES[shape]!(value)}·`)).toBe('·[secret]·');
    }),
    { numRuns: 250 },
  );
});

it('changes nothing in a text without secrets', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 }).filter(isText);
  fc.assert(
    fc.property(fc.array(secret.filter((value) => value.length > 12 && !value.includes('\n')), { minLength: 1, maxLength: 5 }), text, fc.array(fc.nat(), { maxLength: 20 }), (secrets, plain, cuts) => {
      fc.pre(secrets.every((value) => shapesIn(plain, value).length === 0));
      expect(masked(maskOf(...secrets), plain, cuts)).toBe(plain);
    }),
    { numRuns: 150 },
  );
});

it('changes nothing in what is masked already', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), (secrets) => {
      const mask = maskOf(...secrets, 'secret');
      const once = mask.text(`· ${secrets.join(' · ')} · secret`);
      expect(mask.text(once)).toBe(once);
    }),
    { numRuns: 100 },
  );
});
