import { ValidateBy } from 'class-validator';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isVariables = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, text]) => NAME.test(name) && typeof text === 'string' && !text.includes('\0'));

/** Environment variables. A number has to be quoted: what a process sees is text, and `010` or `1.10` must not change on the way. */
export const IsVariables = (): PropertyDecorator =>
  ValidateBy({ name: 'isVariables', validator: { validate: isVariables, defaultMessage: () => '$property must map names of variables to texts (quote numbers)' } });
