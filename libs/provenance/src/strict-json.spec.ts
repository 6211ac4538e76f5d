import { utf8 } from './attestation.fixtures.js';
import { parseStrictJson } from './strict-json.js';

const refused = (bytes: Uint8Array): string => {
  try {
    parseStrictJson(bytes);
  } catch (error) {
    return (error as Error).message;
  }
  return 'taken';
};

describe('parseStrictJson', () => {
  it.each(['{"a":{"a":[{"a":1},{"a":"a"}]},"b":"a"}', '{"a":"\\"a\\":","\\\\":":\\\\"}', '[]', '"a"', ' { "a" : null } '])('gives what JSON.parse gives for %s', (json) => {
    expect(parseStrictJson(utf8(json))).toEqual(JSON.parse(json));
  });

  it.each(['{"digest":1,"digest":2}', '{"a":{"digest":1,"b":[],"digest":2}}', '{"digest":1,"dig\\u0065st":2}', '[{"a":[],"a":{}}]', '{"":1,"":1}'])('refuses a key that comes twice: %s', (json) => {
    expect(refused(utf8(json))).toMatch('comes twice');
  });

  it.each([
    ['deep arrays', '['.repeat(65) + ']'.repeat(65), 'deeper than 64'],
    ['an abyss', '['.repeat(400_000) + ']'.repeat(400_000), 'deeper than 64'],
    ['deep objects', '{"a":'.repeat(65) + '1' + '}'.repeat(65), 'deeper than 64'],
    ['very long text', `"${'a'.repeat(1024 * 1024)}"`, 'bytes'],
    ['two values', '{}{}', 'not JSON'],
    ['a comment', '{}//', 'not JSON'],
    ['a byte order mark', '\ufeff{}', 'not JSON'],
    ['an open string', '"'.repeat(99_999), 'not JSON'],
  ])('refuses %s', (_, json, words) => {
    expect(refused(utf8(json))).toMatch(words);
  });

  it('refuses what is not UTF-8', () => {
    expect(refused(Uint8Array.from([0x22, 0xff, 0x22]))).toMatch('not UTF-8');
    expect(refused(Uint8Array.from([0x22, 0xc0, 0x80, 0x22]))).toMatch('not UTF-8');
  });

  it('keeps a key named __proto__ a key', () => {
    const value = parseStrictJson(utf8('{"__proto__":{"payloadType":"x"}}')) as Record<string, unknown>;
    expect(value['payloadType']).toBeUndefined();
  });
});
