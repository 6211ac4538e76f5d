import { IsolatedConfig } from '@slipway/service-kit';
import { IsInt, IsOptional, IsString, Matches, Max, Min, ValidateIf } from 'class-validator';

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

  /** Where `vault:` references are looked up, such as `https://vault.example.org:8200`. Default: nowhere. */
  @IsOptional()
  @Matches(/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$))/, { message: 'SLIPWAY_VAULT_ADDR must be an https URL; http only on loopback' })
  readonly SLIPWAY_VAULT_ADDR?: string;

  /** Holds the token for Vault. Read at each use. */
  @ValidateIf((config: DeploymentConfig) => config.SLIPWAY_VAULT_ADDR !== undefined)
  @Matches(/^\//, { message: 'SLIPWAY_VAULT_TOKEN_FILE must be an absolute path; SLIPWAY_VAULT_ADDR needs it' })
  readonly SLIPWAY_VAULT_TOKEN_FILE?: string;

  /** Vault's namespace, where it has any. */
  @IsOptional()
  @Matches(/^[!-~]+$/, { message: 'SLIPWAY_VAULT_NAMESPACE must be a name without spaces' })
  readonly SLIPWAY_VAULT_NAMESPACE?: string;

  /** Certificate authorities (PEM) to trust for Vault instead of the system's. */
  @IsOptional()
  @Matches(/^\//, { message: 'SLIPWAY_VAULT_CA_FILE must be an absolute path' })
  readonly SLIPWAY_VAULT_CA_FILE?: string;

  /** Targets that this replica deploys to at the same time. Default 4. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(64)
  readonly SLIPWAY_PARALLEL_DEPLOYMENTS?: number;
}
