import { IsCandidateName, IsQualifiedName } from '@slipway/kernel';
import { IsString, MaxLength, MinLength } from 'class-validator';

/** Ask for a candidate's snapshot to be released through a plan. */
export class RequestRelease {
  @IsQualifiedName()
  readonly plan!: string;

  @IsCandidateName()
  readonly candidate!: string;
}

/** Stop a release: what is not deployed yet will not be. */
export class CancelRelease {
  @IsQualifiedName()
  readonly release!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}
