/** Something that a server with users did not let somebody do. */
export interface Refusal {
  /** Undefined without credentials. Of a sign-in: the name that was claimed. */
  readonly user: string | undefined;
  /** `write`, `read`, `delete`, `tombstone`, `metaRead`, `metaWrite`, `sign-in`, or what was to be managed. */
  readonly operation: string;
  readonly stream?: string | undefined;
}

const PINO_WARN = 40;

/** A line of JSON for the server's log, in the shape of the services' own. */
export function refusalLine({ user, operation, stream }: Refusal, now = new Date()): string {
  return `${JSON.stringify({ level: PINO_WARN, time: now.toISOString(), service: 'event-store', user, operation, stream, msg: 'refused' })}\n`;
}
