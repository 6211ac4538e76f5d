import { IsolatedConfig } from '@slipway/service-kit';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

export const NETWORK_RULES = ['none', 'recipe', 'all'] as const;
export type NetworkRule = (typeof NETWORK_RULES)[number];

export class BuildConfig extends IsolatedConfig {
  /** The artifact store's directory, shared with the deployment service. */
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_ARTIFACTS must be an absolute path' })
  readonly SLIPWAY_ARTIFACTS!: string;

  /** Builds that this replica makes at the same time. Default 1. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(64)
  readonly SLIPWAY_PARALLEL_BUILDS?: number;

  /** The key that signs provenance: Ed25519, PKCS8 PEM, mode 0600. Default: `keys/build.ed25519.pem` in SLIPWAY_DATA, made at first start. */
  @IsOptional()
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_SIGNING_KEY_FILE must be an absolute path' })
  readonly SLIPWAY_SIGNING_KEY_FILE?: string;

  /** Which recipes reach the network: `none` (one that asks for it fails), `recipe` (those that ask for it) or `all`. Default `recipe`. */
  @IsOptional()
  @IsIn(NETWORK_RULES)
  readonly SLIPWAY_BUILD_NETWORK?: NetworkRule;
}
