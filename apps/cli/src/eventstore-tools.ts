import { DirectoryInUse, OperationFailed, UserError } from '@slipway/embedded-event-store';
import { type ErrorCode, SlipwayError } from '@slipway/kernel';

export { operations, readPassword, withUsers } from '@slipway/embedded-event-store';

const OPERATION_CODES: Readonly<Record<OperationFailed['kind'], ErrorCode>> = {
  invalid: 'INVALID_COMMAND',
  'no-store': 'EVENT_STORE_NOT_FOUND',
  'no-file': 'FILE_NOT_FOUND',
  conflict: 'EVENT_STORE_CONFLICT',
  failed: 'EVENT_STORE_FAILED',
};

const USER_CODES: Readonly<Record<UserError['code'], ErrorCode>> = {
  invalid: 'INVALID_COMMAND',
  'not-found': 'USER_NOT_FOUND',
  conflict: 'USER_CONFLICT',
};

/** Runs a tool of the event store. @throws SlipwayError for all that an operator can mend */
export async function told<T>(tool: () => T | Promise<T>): Promise<T> {
  try {
    return await tool();
  } catch (error) {
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof SlipwayError) return error;
  if (error instanceof DirectoryInUse) return refusal('DATA_DIRECTORY_IN_USE', error, '; stop the platform first');
  if (error instanceof UserError) return refusal(USER_CODES[error.code], error);
  if (error instanceof OperationFailed) return refusal(OPERATION_CODES[error.kind], error, error.kind === 'no-store' ? '; --data names the data directory of slipway up' : '');
  // The operating system and SQLite put codes on what is not our fault: no space, no right, a damaged page.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return refusal('EVENT_STORE_FAILED', error);
  return error;
}

const refusal = (code: ErrorCode, cause: Error, hint = ''): SlipwayError => new SlipwayError(code, `${cause.message}${hint}`, [], { cause });
