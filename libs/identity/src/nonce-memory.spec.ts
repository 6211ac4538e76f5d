import { NonceMemory } from './index.js';

const at = (seconds: number): Date => new Date(seconds * 1_000);
const code = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('the memory of assertions', () => {
  it('lets each in once', () => {
    const memory = new NonceMemory();
    memory.use({ jti: 'a', exp: 30 }, at(0));
    memory.use({ jti: 'b', exp: 30 }, at(0));
    expect(() => memory.use({ jti: 'a', exp: 30 }, at(29))).toThrow(code('ASSERTION_REPLAYED'));
  });

  it('forgets what has expired', () => {
    const memory = new NonceMemory();
    for (let second = 0; second < 1_000; second++) memory.use({ jti: `${second}`, exp: second + 60 }, at(second));
    expect(memory.size).toBe(60);
  });

  it('refuses rather than forget one that may come again', () => {
    const memory = new NonceMemory(2);
    memory.use({ jti: 'a', exp: 30 }, at(0));
    memory.use({ jti: 'b', exp: 30 }, at(0));
    expect(() => memory.use({ jti: 'c', exp: 30 }, at(1))).toThrow(code('UNAVAILABLE'));
    memory.use({ jti: 'c', exp: 60 }, at(30));
  });
});
