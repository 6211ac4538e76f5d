import { type DomainEvent, streamOf } from '@slipway/kernel';

/** Stream `freeze-<managed workspace>`: all freezes of a workspace, so that a review reads them in one go. */
export const freezeStream = (workspace: string): string => streamOf('freeze-', workspace);

export interface Freeze {
  /** `workspace/name`. */
  readonly freeze: string;
  readonly environments: readonly string[];
  /** ISO 8601. */
  readonly from: string;
  /** ISO 8601; null: until it is lifted. */
  readonly until: string | null;
  readonly reason: string;
  readonly by: string;
  /** True: rollbacks wait as well. */
  readonly holdsRollbacks: boolean;
}

export type FreezeDeclared = DomainEvent<'FreezeDeclared', Freeze>;
export type FreezeLifted = DomainEvent<'FreezeLifted', { freeze: string; reason: string; by: string }>;

export type FreezeEvent = FreezeDeclared | FreezeLifted;
