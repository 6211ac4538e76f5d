import { validated } from '@slipway/kernel';
import { longestBuildSeconds, Recipe } from './recipe.js';

const recipe = { command: ['make'], outputs: ['dist'] };

it('is valid with a command and an output', () => {
  expect(validated(Recipe, { ...recipe, environment: { NODE_ENV: 'production' } })).toMatchObject(recipe);
});

it.each([
  ['no command', { command: [] }],
  ['no output', { outputs: [] }],
  ['a number in its environment', { environment: { PORT: 8080 } }],
  ['a variable without a proper name', { environment: { 'A=B': 'c' } }],
  ['an environment that is a list', { environment: ['A=b'] }],
  ['a network that is not yes or no', { network: 'loopback' }],
  ['an endless time limit', { timeoutSeconds: 1_000_000 }],
])('is refused with %s', (_, fields) => {
  expect(() => validated(Recipe, { ...recipe, ...fields })).toThrow('Recipe is not valid');
});

it('the longest build takes all time limits together', () => {
  expect(longestBuildSeconds([{ name: 'api', recipe: { ...recipe, timeoutSeconds: 30 } }, { name: 'web', recipe }])).toBe(630);
});
