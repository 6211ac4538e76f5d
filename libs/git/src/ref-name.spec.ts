import { assertFullCommit, assertFullRef, isRefName } from './ref-name.js';

describe('isRefName', () => {
  it.each(['main', 'release/1.8', 'v1.8.0', 'refs/slipway/candidates/1.8.0-rc2', 'HEAD', 'ünï'])('takes %s', (name) => {
    expect(isRefName(name)).toBe(true);
  });

  it.each(['', '-main', '--upload-pack=x', 'a b', 'a..b', 'main~1', 'main^', 'main@{1}', '@', ':/fix', 'a.lock', 'a.lock/b', '.a', 'a/.b', '/a', 'a/', 'a//b', 'a.', 'a\nb', 'a*'])(
    'refuses %j',
    (name) => expect(isRefName(name)).toBe(false),
  );
});

describe('assertions', () => {
  it('want full commit ids', () => {
    expect(() => assertFullCommit('a'.repeat(40))).not.toThrow();
    for (const text of ['a'.repeat(39), 'A'.repeat(40), '-aaaa', 'main']) expect(() => assertFullCommit(text)).toThrow('not a full commit id');
  });

  it('want full refs', () => {
    expect(() => assertFullRef('refs/slipway/a')).not.toThrow();
    for (const ref of ['main', '--delete', 'refs/a b', 'refs/../a']) expect(() => assertFullRef(ref)).toThrow('not a ref that can be pushed');
  });
});
