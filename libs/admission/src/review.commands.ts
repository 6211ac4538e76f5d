import { IsName, IsQualifiedName } from '@slipway/kernel';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

export class ApproveRelease {
  @IsQualifiedName()
  readonly release!: string;

  @IsName()
  readonly environment!: string;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  readonly comment?: string;
}

/** A person says no: the release is denied. */
export class RejectRelease {
  @IsQualifiedName()
  readonly release!: string;

  @IsName()
  readonly environment!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}

/** Let a release go on to an environment whose promotion is manual. */
export class PromoteRelease {
  @IsQualifiedName()
  readonly release!: string;

  @IsName()
  readonly environment!: string;
}
