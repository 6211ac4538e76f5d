import { IsName, IsTargetName } from '@slipway/kernel';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

/** Replay an earlier successful deployment of the target, and hold the target. */
export class RollBack {
  @IsTargetName()
  readonly target!: string;

  /** The deployment whose success is replayed. Default: the last one that is not what runs (or should run) now. */
  @IsOptional()
  @IsName()
  readonly to?: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}

/** Keep automation from deploying to the target. */
export class PlaceHold {
  @IsTargetName()
  readonly target!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}

/** Let automation deploy to the target again. What waited goes on. */
export class LiftHold {
  @IsTargetName()
  readonly target!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}
