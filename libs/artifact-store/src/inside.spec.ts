import { isInside, joinInside } from './inside.js';

describe('joinInside', () => {
  it.each([
    ['dist/app', '/root/dist/app'],
    ['./dist//app/', '/root/dist/app'],
    ['.', '/root'],
    ['..a/b..', '/root/..a/b..'],
  ])('takes %s', (path, joined) => expect(joinInside('/root', path)).toBe(joined));

  it.each(['/etc/passwd', '..', 'a/../../b', 'a/..', '..\\windows', 'a\0b'])('refuses %j', (path) => {
    expect(() => joinInside('/root', path)).toThrow(expect.objectContaining({ code: 'PATH_OUTSIDE_CHECKOUT' }) as Error);
  });
});

describe('isInside', () => {
  it('is not taken in by a common beginning', () => {
    expect(isInside('/root', '/root')).toBe(true);
    expect(isInside('/root', '/root/a')).toBe(true);
    expect(isInside('/root', '/rooted')).toBe(false);
    expect(isInside('/', '/etc')).toBe(true);
  });
});
