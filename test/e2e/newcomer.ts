import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

/** The environment of somebody whose home that is, and to whom no platform or token was named yet. */
export const withoutSlipway = (home: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_') && name !== 'XDG_CONFIG_HOME')),
  HOME: home,
});

/**
 * The tutorial's admission, trusting this platform's build service, as its page says.
 * @param builder what `slipway show builder -o yaml` prints
 */
export const tutorialAdmission = (builder: string): string =>
  readFileSync(join(ROOT, 'docs/tutorial/admission.yaml'), 'utf8') + builder.replace(/^(?=.)/gm, ' '.repeat(4));
