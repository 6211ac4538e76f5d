import { IsolatedConfig } from '@slipway/service-kit';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

export class DeploymentConfig extends IsolatedConfig {
  /** The artifact store's directory, shared with the build service. */
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_ARTIFACTS must be an absolute path' })
  readonly SLIPWAY_ARTIFACTS!: string;

  /** Where steps find the secrets that they reference as `file:NAME`. Default: there are none. */
  @IsOptional()
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_SECRETS must be an absolute path' })
  readonly SLIPWAY_SECRETS?: string;

  /** Targets that this replica deploys to at the same time. Default 4. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(64)
  readonly SLIPWAY_PARALLEL_DEPLOYMENTS?: number;
}
