import { ValidateBy, type ValidationArguments } from 'class-validator';
import { fillIn } from './template.js';
import type { DeploymentSpec } from './target.events.js';

/** Names of variables, each once, that the step's `environment` has. */
export const ArePrivateVariables = (): PropertyDecorator =>
  ValidateBy({
    name: 'arePrivateVariables',
    validator: {
      validate: (value: unknown, args) => Array.isArray(value) && new Set(value).size === value.length && value.every((name) => Object.hasOwn(environmentIn(args), String(name))),
      defaultMessage: () => '$property must list names of variables in environment, each once',
    },
  });

const environmentIn = (args: ValidationArguments | undefined): object => (args?.object as { environment?: object } | undefined)?.environment ?? {};

/** The values of private variables as the deployment's commands see them, each once. */
export function privateValuesOf(spec: DeploymentSpec): string[] {
  const values = spec.steps.flatMap((step) => {
    if (step.type !== 'run' && step.type !== 'host.deploy') return [];
    return (step.privateVariables ?? []).map((name) => fillIn(step.environment?.[name] ?? '', spec));
  });
  return [...new Set(values)];
}
