import { IsQualifiedName, POSITION_FORM, Query } from '@slipway/kernel';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

/** Who did what, when and why, as the log has it. */
export interface AuditEntry {
  readonly position: string;
  readonly recordedAt: string;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  /** Who. */
  readonly actor: string;
  /** Because of whom, where a service acted by itself; null where nobody caused it. */
  readonly onBehalfOf: string | null;
  /** Why: the command that caused it, and the chain that it belongs to. */
  readonly commandId: string;
  readonly correlationId: string;
  /** What, in one sentence. */
  readonly text: string;
}

export class AuditTrail extends Query<AuditEntry[]> {
  @IsQualifiedName()
  readonly release!: string;
}

/** A page of the whole record, oldest first. */
export class AuditLog extends Query<AuditEntry[]> {
  /** Exclusive. Default: the beginning. */
  @IsOptional()
  @Matches(POSITION_FORM)
  readonly from?: string;

  /** Default 100. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly limit?: number;
}

export interface AuditStateAnswer {
  readonly events: number;
  readonly streams: number;
  /** Revisions that are missing in a stream. Must stay 0. */
  readonly gaps: number;
  readonly first: string | null;
  readonly last: string | null;
}
/** How much was witnessed, and whether anything is missing. */
export class AuditState extends Query<AuditStateAnswer> {}
