import { realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { SlipwayError } from '@slipway/kernel';

/**
 * The real folder that a recipe runs in. Links are followed first: the repository decides what they point to.
 * Throws PATH_OUTSIDE_CHECKOUT, and RECIPE_NOT_STARTED if there is no such folder.
 */
export async function recipeFolder(checkout: string, directory = '.'): Promise<string> {
  const root = await realpath(checkout);
  const named = resolve(root, directory);
  if (!isWithin(root, named)) throw outside(directory);
  const real = await realpath(named).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new SlipwayError('RECIPE_NOT_STARTED', `the folder ${directory} is not in the checkout`) : error;
  });
  if (!isWithin(root, real)) throw outside(directory);
  return real;
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

const outside = (directory: string): SlipwayError => new SlipwayError('PATH_OUTSIDE_CHECKOUT', `the folder ${directory} is outside the checkout`);
