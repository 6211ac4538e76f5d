import { IsName, IsQualifiedName } from '@slipway/kernel';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsBoolean, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

/** Nothing enters these environments for a while. */
export class DeclareFreeze {
  @IsQualifiedName()
  readonly freeze!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsName({ each: true })
  readonly environments!: string[];

  /** Default: now. */
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly from?: string;

  /** Default: until it is lifted. */
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly until?: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;

  /** Hold rollbacks as well. Default: they pass. */
  @IsOptional()
  @IsBoolean()
  readonly holdsRollbacks?: boolean;
}

export class LiftFreeze {
  @IsQualifiedName()
  readonly freeze!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}
