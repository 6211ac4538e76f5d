import { IsName, IsQualifiedName } from '@slipway/kernel';
import { IsIn, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

/** Let one release past one gate. Its author may not. */
export class GrantException {
  @IsQualifiedName()
  readonly exception!: string;

  @IsQualifiedName()
  readonly release!: string;

  @IsName()
  readonly environment!: string;

  @IsIn(['freeze', 'policy', 'upstream-verified'])
  readonly gate!: 'freeze' | 'policy' | 'upstream-verified';

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  readonly until?: string;
}

export class RevokeException {
  @IsQualifiedName()
  readonly exception!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly reason!: string;
}
