import { redact } from './redact.js';

it.each([
  ['a secret anywhere', 'x hunter22 y hunter22', ['hunter22'], 'x [secret] y [secret]'],
  ['one that holds another', 'hunter22extra hunter22', ['hunter22', 'hunter22extra'], '[secret] [secret]'],
  ['one of many lines as a whole', 'key: first\nsecond.', ['first\nsecond'], 'key: [secret].'],
  ['the end of one of many lines', 'cond\nthird', ['first\nsecond\nthird'], 'cond\n[secret]'],
  ['nothing that is too short to be one', 'a b c', ['a', '', '\n'], 'a b c'],
])('hides %s', (_, text, secrets, hidden) => {
  expect(redact(text, secrets)).toBe(hidden);
});
