import { mirrorName, normalUrl, withoutCredentials } from './repository-url.js';

describe('repository URLs', () => {
  it('lose their credentials in messages', () => {
    expect(withoutCredentials("fatal: unable to access 'https://bot:s3cr@t@example.com/a.git/': 403")).toBe("fatal: unable to access 'https://example.com/a.git/': 403");
    expect(withoutCredentials('git@example.com:a.git and mail ada@example.com')).toBe('git@example.com:a.git and mail ada@example.com');
  });

  it('name one mirror whatever the token is', () => {
    expect(mirrorName('https://bot:one@example.com/a.git')).toBe(mirrorName('https://bot:two@example.com/a.git'));
    expect(mirrorName('https://example.com/a.git')).not.toBe(mirrorName('https://example.com/b.git'));
  });

  it('are made absolute when they are paths, and cannot be options', () => {
    expect(normalUrl('-upload')).toBe(`${process.cwd()}/-upload`);
    expect(normalUrl('git@example.com:a.git')).toBe('git@example.com:a.git');
    expect(normalUrl('/a/./b')).toBe('/a/b');
  });
});
