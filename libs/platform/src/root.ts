import { join } from 'node:path';

/** The checkout: this file is libs/platform/{src,dist}/root. */
export const ROOT = join(__dirname, '../../..');
