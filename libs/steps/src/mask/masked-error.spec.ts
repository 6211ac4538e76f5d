import { codeOf, SlipwayError } from '@slipway/kernel';
import { maskedError } from './masked-error.js';
import { SecretMask } from './secret-mask.js';

const mask = new SecretMask();
mask.add(['hunter22']);

it('is the error itself when it holds no secret', () => {
  const error = new SlipwayError('STEP_FAILED', 'no', [], { cause: new Error('because') });
  expect(maskedError(error, mask)).toBe(error);
});

it.each<[string, Error]>([
  ['message', new SlipwayError('STEP_FAILED', 'with hunter22')],
  ['reason', new SlipwayError('STEP_FAILED', 'with', [{ code: 'X', message: 'hunter22', at: 'hunter22' }])],
  ['cause', new SlipwayError('STEP_FAILED', 'with', [], { cause: new Error('hunter22') })],
  ['field', Object.assign(new SlipwayError('STEP_FAILED', 'with'), { said: { twice: 'aHVudGVyMjI=' } })],
])('has no secret in its %s', (_, error) => {
  const masked = maskedError(error, mask) as SlipwayError;
  expect(codeOf(masked)).toBe('STEP_FAILED');
  expect(masked.message).toMatch(/^with/);
  expect([masked.message, masked.stack, JSON.stringify(masked.reasons), String(masked.cause)].join()).not.toMatch(/hunter22/);
  expect(masked).not.toHaveProperty('said');
});

it('hides secrets of what is no SlipwayError', () => {
  expect(maskedError(new TypeError('bad hunter22'), mask)).toEqual(new Error('bad [secret]'));
  expect(maskedError('hunter22', mask)).toEqual(new Error('[secret]'));
});
