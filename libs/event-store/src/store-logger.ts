/** What the adapter tells its operator: connections lost and found, answers that came too late. pino fits. */
export interface StoreLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export const SILENT: StoreLogger = { info: () => undefined, warn: () => undefined };
