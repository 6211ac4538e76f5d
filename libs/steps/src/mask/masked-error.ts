import { inspect } from 'node:util';
import { SlipwayError } from '@slipway/kernel';
import type { SecretMask } from './secret-mask.js';

/**
 * The same error, if there is no secret anywhere in it. Otherwise one with the same code and a masked message, without
 * its cause and whatever else it carried: it goes into events and logs.
 */
export function maskedError(error: unknown, mask: SecretMask): unknown {
  const whole = inspect(error, { depth: 10, maxStringLength: null, maxArrayLength: null });
  if (mask.text(whole) === whole) return error;
  const message = mask.text(error instanceof Error ? error.message : String(error));
  if (!(error instanceof SlipwayError)) return new Error(message);
  const reasons = error.reasons.map(({ code, message: words, at }) => ({ code, message: mask.text(words), ...(at !== undefined && { at: mask.text(at) }) }));
  return new SlipwayError(error.code, message, reasons);
}
