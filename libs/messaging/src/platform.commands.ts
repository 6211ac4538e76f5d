export interface RebuildOutcome {
  readonly service: string;
  readonly events: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** SHA-256 over all rows of the views that answered so far, and of those rebuilt up to the same position. */
  readonly before: string;
  readonly after: string;
}

/** Drop a service's read models and rebuild them from the log, while the service goes on answering. */
export class RebuildViews {}
