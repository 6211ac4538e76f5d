import { IsOptional, Matches } from 'class-validator';

/** `commit/prepare`, each 20 digits. */
export const POSITION_FORM = /^\d{20}\/\d{20}$/;

/** A question to a read model, with the type of its answer. */
export abstract class Query<Answer> {
  declare readonly answer?: Answer;

  /** Wait until the read model reflects the log up to here: a command's answer carries such a position. */
  @IsOptional()
  @Matches(POSITION_FORM, { message: 'after must be a position, as a command answers it' })
  readonly after?: string;
}

export interface QueryAnswer<Answer> {
  /** The log position that the answer reflects; null for an empty log. */
  readonly position: string | null;
  readonly data: Answer;
}

/** What a command's answer says: the facts that it made, and where they stand. */
export interface CommandAnswer {
  readonly stream: string;
  /** Revision of the last event of the command; of the stream where there was nothing to do; -1 where it doesn't exist. */
  readonly revision: number;
  /** Of that event, in the whole log. A query that is asked `after` it reflects it. */
  readonly position: string;
  /** True: this command id was answered before, and this is its first outcome. */
  readonly repeated: boolean;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
}
