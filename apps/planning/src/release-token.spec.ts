import { releaseToken } from './release-token.js';

describe('the token of a release', () => {
  it('is five characters that a name may have', () => {
    for (let n = 0; n < 1_000; n++) expect(releaseToken(`command-${n}`)).toMatch(/^[a-z0-9]{5}$/);
  });

  it('follows from the command id alone', () => {
    expect(releaseToken('a')).toBe(releaseToken('a'));
    expect(releaseToken('a')).not.toBe(releaseToken('b'));
  });
});
