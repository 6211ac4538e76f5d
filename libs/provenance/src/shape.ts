import { type Reason, SlipwayError } from '@slipway/kernel';
import { parseStrictJson } from './strict-json.js';

export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string' && value !== '';
export const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isFilledList: Check = (value) => Array.isArray(value) && value.length > 0;
export const isTime: Check = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
export const is = (expected: string): Check => (value) => value === expected;
export const matches = (form: RegExp): Check => (value) => typeof value === 'string' && form.test(value);

/** What must be where. `[]` stands for each member of a list. */
export type Shape = readonly (readonly [string, Check])[];

/** The JSON value. Throws MALFORMED_MESSAGE with a reason for each member that is missing or not of this form (`at` its path). */
export function parseAs<T>(json: Uint8Array, shape: Shape, what: string): T {
  const value = parseStrictJson(json);
  const reasons = shape.flatMap(([path, check]) => wrongAt(value, path.split('.'), check, ''));
  if (reasons.length > 0) throw new SlipwayError('MALFORMED_MESSAGE', `not ${what}: ${reasons.map(({ at }) => at).join(', ')}`, reasons);
  return value as T;
}

function wrongAt(value: unknown, [step, ...rest]: readonly string[], check: Check, at: string): Reason[] {
  if (step === undefined) return check(value) ? [] : [{ code: 'MALFORMED_MESSAGE', message: `${at} is missing or wrong`, at }];
  if (step === '[]') return Array.isArray(value) ? value.flatMap((member, index) => wrongAt(member, rest, check, `${at}.${index}`)) : [];
  const member = isObject(value) ? (value as Record<string, unknown>)[step] : undefined;
  return wrongAt(member, rest, check, at === '' ? step : `${at}.${step}`);
}
