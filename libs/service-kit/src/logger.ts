import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

export function createLogger(service: string, instance: string, level: string): Logger {
  return pino({
    level,
    base: { service, ...(instance !== service && { instance }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: plainError },
    redact: { paths: ['*.password', '*.token', '*.secret', '*.authorization'], censor: '[redacted]' },
  });
}

/** Lets Nest's own messages go to pino: errors and warnings as such, the rest as debug. */
export function nestLogger(logger: Logger): LoggerService {
  const text = (message: unknown): string => (message instanceof Error ? message.message : String(message));
  return {
    log: (message: unknown) => logger.debug(text(message)),
    debug: (message: unknown) => logger.debug(text(message)),
    verbose: (message: unknown) => logger.trace(text(message)),
    warn: (message: unknown) => logger.warn(text(message)),
    error: (message: unknown, ...rest: unknown[]) => logger.error({ err: message instanceof Error ? message : undefined, rest }, text(message)),
    fatal: (message: unknown) => logger.fatal(text(message)),
  };
}

/** What went wrong and where, without the nested raw objects that clients hang on their errors. */
function plainError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, ...('code' in error && { code: error.code }), stack, ...(cause !== undefined && { cause: plainError(cause) }) };
}
