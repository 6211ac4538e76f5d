import { getMetadataStorage } from 'class-validator';
import { type Route, ROUTES } from './routes.js';
import type { MessageClass } from './subjects.js';

/** What can be asked over HTTP, as the Markdown table of docs/reference/http-api.md. */
export function routesTable(): string {
  const rows = ROUTES.map((route) => [`\`${route.method} /v1${route.path}\``, route.message.name, otherFields(route).join(', ') || 'nothing']);
  return [['route', 'asks', 'fields besides'], Array(3).fill('---') as string[], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Those that the path does not give; a query's `after`, which all have, is left out. */
function otherFields({ message, fields }: Route): string[] {
  const properties = validated(message);
  return [...properties].filter(([name]) => !(name in fields) && name !== 'after').map(([name, optional]) => (optional ? `\`${name}\`?` : `\`${name}\``));
}

/** Field → whether it may be left out. */
function validated(message: MessageClass): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { propertyName, name, type } of getMetadataStorage().getTargetValidationMetadatas(message, '', false, false)) {
    const isOptional = name === 'isOptional' || type === 'conditionalValidation';
    found.set(propertyName, isOptional || (found.get(propertyName) ?? false));
  }
  return found;
}
