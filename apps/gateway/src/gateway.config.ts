import { ProcessConfig } from '@slipway/service-kit';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** An absolute path. */
const IsPath = (): PropertyDecorator => Matches(/^\//, { message: '$property must be an absolute path' });

/** What the gateway is told by its environment. */
export class GatewayConfig extends ProcessConfig {
  /** Default: 127.0.0.1. Any other than this machine's own needs TLS. */
  @IsOptional()
  @IsString()
  readonly SLIPWAY_HTTP_HOST?: string;

  /** Default: 7070. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65_535)
  readonly SLIPWAY_HTTP_PORT?: number;

  /** PEM files of the certificate chain and its key; read at the start. */
  @IsOptional()
  @IsPath()
  readonly SLIPWAY_TLS_CERT_FILE?: string;

  @IsOptional()
  @IsPath()
  readonly SLIPWAY_TLS_KEY_FILE?: string;

  /** PKCS8 PEM of the Ed25519 key that vouches for callers, readable by its owner only. Read again when it changes. */
  @IsPath()
  readonly SLIPWAY_ASSERTION_KEY_FILE!: string;

  /** Slipway's own tokens, as hashes. Default: tokens.json in SLIPWAY_DATA. */
  @IsOptional()
  @IsPath()
  readonly SLIPWAY_TOKENS_FILE?: string;

  /** Whom the OpenID provider's subjects and machines are, and what they may do: YAML or JSON. */
  @IsOptional()
  @IsPath()
  readonly SLIPWAY_ACCESS_FILE?: string;

  @IsOptional()
  @Matches(/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/])/, { message: 'SLIPWAY_OIDC_ISSUER must be an https URL' })
  readonly SLIPWAY_OIDC_ISSUER?: string;

  /** The audience that a bearer token must be for. */
  @IsOptional()
  @IsString()
  readonly SLIPWAY_OIDC_AUDIENCE?: string;

  /** Requests of one caller in a minute. Default: 1,200. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly SLIPWAY_RATE_PER_CALLER?: number;

  /** Requests from one address in a minute, signed in or not. Default: 6,000. */
  @IsOptional()
  @IsInt()
  @Min(1)
  readonly SLIPWAY_RATE_PER_ADDRESS?: number;
}
