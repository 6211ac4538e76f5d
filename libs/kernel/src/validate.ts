import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { type ErrorCode, type Reason, SlipwayError } from './errors.js';

/**
 * Checks untrusted data against a command class: unknown fields are refused and every fault is named with its path.
 * One function for the bus, manifests and the command line, so that all edges refuse alike.
 */
export function validated<T extends object>(type: new () => T, data: unknown, code: ErrorCode = 'INVALID_COMMAND'): T {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    throw new SlipwayError(code, `${type.name} must be a JSON object`);
  }
  const instance = plainToInstance(type, data);
  const faults = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (faults.length > 0) {
    const reasons = faults.flatMap((fault) => reasonsOf(fault, ''));
    throw new SlipwayError(code, `${type.name} is not valid: ${reasons.map((reason) => reason.message).join('; ')}`, reasons);
  }
  return instance;
}

function reasonsOf(fault: ValidationError, parent: string): Reason[] {
  const at = parent ? `${parent}.${fault.property}` : fault.property;
  const broken = Object.entries(fault.constraints ?? {});
  // All that a value must be says less, of one that is not there.
  if (fault.value === undefined && broken.length > 1) return [{ code: 'isDefined', message: `${at} is missing`, at }];
  const own = broken.map(([code, message]) => ({ code, message: parent ? `${at}: ${message}` : message, at }));
  return [...own, ...(fault.children ?? []).flatMap((child) => reasonsOf(child, at))];
}
