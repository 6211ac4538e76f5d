import { closeNames } from './close-names.js';

describe('closeNames', () => {
  it.each([
    ['mian', ['main', 'release/1.8'], ['main']],
    ['v1.8.0', ['v1.8.1', 'v1.7.0', 'v1.8.0-rc1', 'docs'], ['v1.7.0', 'v1.8.0-rc1', 'v1.8.1']],
    ['checkout', ['fix/checkout-total', 'main'], ['fix/checkout-total']],
    ['MAIN', ['main'], ['main']],
    ['nothing', ['main', 'v1'], []],
  ])('for %s of %j are %j', (wanted, names, close) => {
    expect(closeNames(wanted, names)).toEqual(close);
  });
});
