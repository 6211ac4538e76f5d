import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './build.fixtures.js';
import { recipeFolder } from './recipe-folder.js';

const root = realpathSync(temporaryFolder());
const checkout = join(root, 'checkout');

beforeAll(() => {
  mkdirSync(join(checkout, 'services/api'), { recursive: true });
  mkdirSync(join(root, 'checkout-of-others'));
  mkdirSync(join(checkout, '..api'));
  writeFileSync(join(checkout, 'file'), '');
  symlinkSync('services/api', join(checkout, 'inside'));
  symlinkSync('/etc', join(checkout, 'etc'));
  symlinkSync('../checkout-of-others', join(checkout, 'neighbour'));
});

it.each([
  [undefined, '.'],
  ['.', '.'],
  ['services/api', 'services/api'],
  ['services/../services/api/', 'services/api'],
  ['inside', 'services/api'],
  ['..api', '..api'],
])('%s is %s of the checkout', async (directory, expected) => {
  expect(await recipeFolder(checkout, directory)).toBe(join(checkout, expected));
});

it.each(['..', '../checkout-of-others', '/etc', 'services/../../checkout-of-others', 'etc', 'neighbour'])('%s is refused', async (directory) => {
  await expect(recipeFolder(checkout, directory)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' });
});

it('a folder that is not there starts nothing', async () => {
  await expect(recipeFolder(checkout, 'services/web')).rejects.toMatchObject({ code: 'RECIPE_NOT_STARTED' });
});
