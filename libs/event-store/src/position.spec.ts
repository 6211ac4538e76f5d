import { parsePosition, positionOf, START } from './position.js';

test('positions sort as texts in the order of the log', () => {
  const inOrder = [START, positionOf(1n, 1n), positionOf(2n, 1n), positionOf(10n, 9n), positionOf(10n, 10n), positionOf(2n ** 64n - 1n, 0n)];
  expect([...inOrder].reverse().sort()).toEqual(inOrder);
});

test('a position is read back', () => {
  expect(parsePosition(positionOf(123n, 45n))).toEqual({ commit: 123n, prepare: 45n });
});

test.each(['', '1/1', '00000000000000000001', 'x'])('refuses %p', (text) => {
  expect(() => parsePosition(text)).toThrow(TypeError);
});
