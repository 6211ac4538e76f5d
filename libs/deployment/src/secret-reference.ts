import { ValidateBy, type ValidationArguments } from 'class-validator';

/** The name may hold variables such as `${environment}`, which are filled in when the step runs. */
const REFERENCE = /^(env:.+|file:.+|vault:[^#]+\/[^#]+#.+)$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isReferences = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, reference]) => VARIABLE.test(name) && typeof reference === 'string' && REFERENCE.test(reference));

/** Variable → reference of a secret. What is refused is not quoted: it may be the secret itself, and must not get into the log. */
export const IsSecretReferences = (): PropertyDecorator =>
  ValidateBy({
    name: 'isSecretReferences',
    validator: { validate: isReferences, defaultMessage: () => '$property must map names of variables to references: env:NAME, file:NAME or vault:MOUNT/PATH#KEY' },
  });

/** One variable, one meaning. */
export const SharesNoNameWith = (...properties: string[]): PropertyDecorator =>
  ValidateBy({
    name: 'sharesNoNameWith',
    constraints: [properties],
    validator: {
      validate: (value: unknown, args) => shared(value, args, properties).length === 0,
      defaultMessage: (args) => `$property has variables that ${properties.join(' or ')} has too: ${shared(args?.value, args, properties).join(', ')}`,
    },
  });

function shared(value: unknown, args: ValidationArguments | undefined, properties: readonly string[]): string[] {
  const object = (args?.object ?? {}) as Record<string, unknown>;
  const others = new Set(properties.flatMap((property) => namesOf(object[property])));
  return namesOf(value).filter((name) => others.has(name));
}

const namesOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
