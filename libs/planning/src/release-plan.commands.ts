import { IsName, IsQualifiedName, IsWorkspace } from '@slipway/kernel';
import { IsOptional } from 'class-validator';

/** The tenant's half of the two-key consent: I want this application released to that managed workspace. */
export class WriteReleasePlan {
  @IsQualifiedName()
  readonly plan!: string;

  @IsQualifiedName()
  readonly application!: string;

  @IsWorkspace()
  readonly target!: string;

  @IsOptional()
  @IsName()
  readonly admission?: string;
}
