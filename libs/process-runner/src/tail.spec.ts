import { Tail } from './tail.js';

describe('Tail', () => {
  it('keeps the last bytes over chunk borders', () => {
    const tail = new Tail(4);
    for (const chunk of ['ab', 'cd', 'e', '']) tail.push(Buffer.from(chunk));
    expect(tail.toString()).toBe('bcde');
  });

  it('keeps the end of a chunk that is longer than it', () => {
    const tail = new Tail(3);
    tail.push(Buffer.from('x'));
    tail.push(Buffer.from('123456'));
    expect(tail.toString()).toBe('456');
  });

  it('leaves out a character that was cut in two', () => {
    const tail = new Tail(4);
    tail.push(Buffer.from('€uro'));
    expect(tail.toString()).toBe('uro');
  });
});
