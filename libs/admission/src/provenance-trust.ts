import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsInt, IsISO8601, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';

/** A public key that may sign. */
export class TrustedKey {
  /** `sha256:<hex>` of its SPKI. Where it is given, the key must be that. */
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'id must be sha256:<64 hexadecimal digits in lower case>' })
  readonly id?: string;

  /** Ed25519, as PEM or as base64 of its SPKI. */
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly publicKey!: string;

  /** From when until when it counts: the instant of the decision is compared, not that of the signature. */
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly notBefore?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  readonly notAfter?: string;

  /** Since when nobody can be sure who signs with it. It counts for nothing, whatever the instant. */
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly revoked?: string;
}

/** Whose signatures are believed; of decisions, these are keys of admission services. */
export class KeyTrust {
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => TrustedKey)
  readonly keys!: TrustedKey[];

  /** How many different keys must have signed. Default 1. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(20)
  readonly threshold?: number;
}

/** Whose provenance is believed. Without it, an admission asks for none. */
export class ProvenanceTrust extends KeyTrust {
  /** Ids of builders, as their provenance names them. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(1_000, { each: true })
  readonly builders!: string[];

  /** The repositories that the source may come from, by URL or path. Default: any. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(2_000, { each: true })
  readonly repositories?: string[];
}

/** What `slipway verify` is told: an admission's trust, and whose decisions count. */
export class VerificationTrust extends ProvenanceTrust {
  @IsObject()
  @ValidateNested()
  @Type(() => KeyTrust)
  readonly decisions!: KeyTrust;
}
