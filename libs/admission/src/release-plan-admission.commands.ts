import { type Step, STEP_DISCRIMINATOR, UnknownStep } from '@slipway/deployment/contract';
import { IsName, IsQualifiedName, IsWorkspace } from '@slipway/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { type Gate, GATE_DISCRIMINATOR, UnknownGate } from './gate.js';
import { ProvenanceTrust } from './provenance-trust.js';

export class AdmittedEnvironment {
  @IsName()
  readonly name!: string;

  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => UnknownGate, GATE_DISCRIMINATOR)
  readonly gates!: Gate[];

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @ArrayUnique((step: Step) => step.name, { message: 'steps must have different names' })
  @ValidateNested({ each: true })
  @Type(() => UnknownStep, STEP_DISCRIMINATOR)
  readonly steps!: Step[];

  /** How a release comes here after the environment before: by itself (the default), or when somebody promotes it. */
  @IsOptional()
  @IsIn(['auto', 'manual'])
  readonly promotion?: 'auto' | 'manual';

  /** What happens when a deployment fails: `stop` (the default), or back to the last good deployment. */
  @IsOptional()
  @IsIn(['stop', 'rollback'])
  readonly onFailure?: 'stop' | 'rollback';
}

/** The managed half of the two-key consent: which applications, from which origin, through what, into which environments. */
export class WriteReleasePlanAdmission {
  @IsQualifiedName()
  readonly admission!: string;

  /** The tenant workspace that the applications come from. */
  @IsWorkspace()
  readonly origin!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsName({ each: true })
  readonly applications!: string[];

  /** In the order in which a release goes through them. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @ArrayUnique((environment: AdmittedEnvironment) => environment.name, { message: 'environments must have different names' })
  @ValidateNested({ each: true })
  @Type(() => AdmittedEnvironment)
  readonly environments!: AdmittedEnvironment[];

  /** Whose signed provenance a snapshot needs, before any environment. Default: none is needed. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProvenanceTrust)
  readonly trust?: ProvenanceTrust;
}
