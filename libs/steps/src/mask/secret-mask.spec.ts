import { privateMask } from './private-mask.js';
import { SecretMask } from './secret-mask.js';

const maskOf = (...values: string[]): SecretMask => {
  const mask = new SecretMask();
  mask.add(values);
  return mask;
};

it.each([
  ['a secret anywhere', 'x hunter22 y hunter22', ['hunter22'], 'x [secret] y [secret]'],
  ['one that holds another', 'hunter22extra hunter22', ['hunter22', 'hunter22extra'], '[secret] [secret]'],
  ['two that overlap, as one', 'x abcdefgh y', ['abcdef', 'defgh'], 'x [secret] y'],
  ['two that touch, as two', 'hunter22hunter22', ['hunter22'], '[secret][secret]'],
  ['one of many lines as a whole', 'key: first\nsecond.', ['first\nsecond'], 'key: [secret].'],
  ['one line of many', 'cond\n  third', ['first\n  second\n  third\n'], 'cond\n  [secret]'],
  ['one with short lines', 'a\r\nbc\r\nd and a', ['a\nbc\nd'], '[secret] and a'],
  ['base64 with the bits that it shares with its neighbours', `(${Buffer.from('u:hunter22!').toString('base64')})`, ['hunter22'], '(dT[secret]E=)'],
  ['what is escaped in part', 'p%40ss\\u0077ord', ['p@ssword'], '[secret]'],
  ['nothing that is too short to be one', 'a b c', ['a', '', '\n', ' b '], 'a b c'],
  ['what bash quotes', "$'tab\\tX8\\001\\E[1m\\177\\'s'", ["tab\tX8\u0001\u001b[1m\u007f's"], "$'[secret]'"],
  ['one that is no text', 'half \ufffd of it', ['half \ud800 of it'], '[secret]'],
  ['the word secret once', 'a secret, [secret]', ['secret'], 'a [secret], [secret]'],
])('hides %s', (_, text, secrets, hidden) => {
  expect(maskOf(...secrets).text(text)).toBe(hidden);
});

it('shows what it is told to in the place of a value', () => {
  const mask = new SecretMask('[private]');
  mask.add(['hunter22', 'private']);
  expect(mask.text('hunter22, [private], [secret]')).toBe('[private], [private], [secret]');
});

it('is kept for values that are private, and not mixed up with that for others', () => {
  const mask = privateMask(['hunter22']);
  for (let n = 0; n < 63; n++) privateMask([`value ${n}`]);
  expect(privateMask(['hunter22'])).toBe(mask);
  expect(mask.text('hunter22 value 7')).toBe('[private] value 7');
  for (let n = 0; n < 64; n++) privateMask([`value ${n}`]);
  expect(privateMask(['hunter22'])).not.toBe(mask);
});

describe('a stream', () => {
  const push = (stream: ReturnType<SecretMask['open']>, text: string): string => stream.push(Buffer.from(text)).toString();

  it('holds back only what may be a secret', () => {
    const stream = maskOf('hunter22').open();
    expect(push(stream, 'listening\n')).toBe('listening\n');
    expect(push(stream, 'token hunt') + push(stream, 'ing\n')).toBe('token hunting\n');
    expect(push(stream, 'token hunt') + push(stream, 'er22')).toBe('token [secret]');
    expect(push(stream, ' hunter2')).not.toContain('h');
    expect(stream.end().toString()).toContain('hunter2');
  });

  it('holds little of a match without end', () => {
    const stream = maskOf('aaaaaaaa').open();
    const chunk = Buffer.alloc(65_536, 'a');
    const out = Array.from({ length: 50 }, () => stream.push(chunk).length).reduce((sum, bytes) => sum + bytes);
    expect(out).toBe('[secret]'.length);
    expect(stream.end()).toHaveLength(0);
  });

  it('does not mix with another of the same mask', () => {
    const mask = maskOf('hunter22');
    const [out, err] = [mask.open(), mask.open()];
    expect([push(out, 'hunt'), push(err, 'hunt'), push(out, 'er22'), push(err, 'ing!')]).toEqual(['', '', '[secret]', 'hunting!']);
  });

  it('passes on bytes that are no text', () => {
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, 10]);
    expect(maskOf('hunter22').open().push(bytes)).toEqual(bytes);
  });
});

it('learns further secrets', () => {
  const mask = maskOf('hunter22');
  mask.add(['swordfish']);
  expect(mask.text('hunter22 swordfish')).toBe('[secret] [secret]');
});

it('keeps its speed and its memory with more beginnings of secrets than it remembers', () => {
  const values = Array.from({ length: 400 }, (_, index) => `${Math.imul(index + 1, 2_654_435_761) >>> 0}-${index}-${'x'.repeat(20)}`);
  const mask = maskOf(...values);
  const text = values.map((value) => value.slice(0, -1)).join('\n');
  expect(mask.text(text)).toBe(text);
  expect(mask.text(values.join('\n')).replaceAll('[secret]\n', '')).toBe('[secret]');
});
