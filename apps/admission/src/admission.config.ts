import { ServiceConfig } from '@slipway/service-kit';
import { IsNumber, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

export class AdmissionConfig extends ServiceConfig {
  /** The artifact store's directory. Without it, releases wait before policies that speak of provenance and before trust, and no decision is attested. */
  @IsOptional()
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_ARTIFACTS must be an absolute path' })
  readonly SLIPWAY_ARTIFACTS?: string;

  /** The key that signs decisions: Ed25519, PKCS8 PEM, mode 0600. Default: `keys/admission.ed25519.pem` in SLIPWAY_DATA, made at first start. */
  @IsOptional()
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_SIGNING_KEY_FILE must be an absolute path' })
  readonly SLIPWAY_SIGNING_KEY_FILE?: string;

  /** How often reviews that wait for time to pass are looked at again, in seconds. Default 5. */
  @IsOptional()
  @IsNumber()
  @Min(0.05)
  @Max(3_600)
  readonly SLIPWAY_REVIEW_SECONDS?: number;
}
