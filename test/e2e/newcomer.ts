import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';

/** The environment of somebody whose home that is, and to whom no platform or token was named yet. */
export const withoutSlipway = (home: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_') && name !== 'XDG_CONFIG_HOME')),
  HOME: home,
});

/** The tutorial's admission with the key of this platform's build service, as its page says to put it there. */
export function tutorialAdmission(data: string): string {
  const key = readFileSync(join(data, 'build/keys/build.ed25519.pub.pem'), 'utf8');
  return readFileSync(join(ROOT, 'docs/tutorial/admission.yaml'), 'utf8') + key.replace(/^(?=.)/gm, ' '.repeat(10));
}
