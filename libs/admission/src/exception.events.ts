import { type DomainEvent, streamOf } from '@slipway/kernel';

/** Stream `exception-<managed workspace>`. */
export const exceptionStream = (workspace: string): string => streamOf('exception-', workspace);

/** Lets one release past one gate of one environment, once somebody answers for it. */
export interface Exception {
  /** `workspace/name`. */
  readonly exception: string;
  readonly release: string;
  readonly environment: string;
  readonly gate: 'freeze' | 'policy' | 'upstream-verified';
  readonly reason: string;
  readonly by: string;
  /** ISO 8601; null: as long as the release lives. */
  readonly until: string | null;
}

export type ExceptionGranted = DomainEvent<'ExceptionGranted', Exception>;
export type ExceptionRevoked = DomainEvent<'ExceptionRevoked', { exception: string; reason: string; by: string }>;

export type ExceptionEvent = ExceptionGranted | ExceptionRevoked;
