import { ValidateBy } from 'class-validator';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables of a process: name → text. A number, as YAML makes of `PORT: 8080`, is refused here and not turned into a text. */
export const IsEnvironment = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEnvironment',
    validator: {
      validate: isEnvironment,
      defaultMessage: () => '$property must map names of variables to texts (write numbers in quotes)',
    },
  });

function isEnvironment(value: unknown): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, text]) => NAME.test(name) && typeof text === 'string' && !text.includes('\0'));
}
