import { Type } from 'class-transformer';
import { ArrayNotEmpty, ArrayUnique, Equals, IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { IsName } from '@slipway/kernel';

/** So many different people, none of them an author of the release or of its candidate. */
export class ApprovalGate {
  @Equals('approval')
  readonly type!: 'approval';

  @IsInt()
  @Min(1)
  @Max(20)
  readonly count!: number;
}

/** The same snapshot was deployed and verified in the environment before this one. */
export class UpstreamVerifiedGate {
  @Equals('upstream-verified')
  readonly type!: 'upstream-verified';

  /** How long it must have run there. Default 0. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60 * 24 * 30)
  readonly soakMinutes?: number;
}

/** No freeze of the environment is in force. This one holds in every environment, named or not. */
export class FreezeGate {
  @Equals('freeze')
  readonly type!: 'freeze';
}

/** One condition in CEL over `release`, `snapshot`, `provenance`, `environment` and `time`. */
export class PolicyRule {
  /** What a denial is called, in upper case. */
  @Matches(/^[A-Z][A-Z0-9_]{1,63}$/, { message: 'code must be upper case, such as WRONG_BRANCH' })
  readonly code!: string;

  /** True lets the release pass. */
  @IsString()
  @MinLength(1)
  @MaxLength(4_096)
  readonly expression!: string;

  /** What the people are told when it is false. */
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  readonly message!: string;

  /** What false means: `deny` (the default) ends the release, `wait` asks again later. */
  @IsOptional()
  @IsIn(['deny', 'wait'])
  readonly otherwise?: 'deny' | 'wait';
}

export class PolicyGate {
  @Equals('policy')
  readonly type!: 'policy';

  @IsName()
  readonly name!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique((rule: PolicyRule) => rule.code, { message: 'rules must have different codes' })
  @ValidateNested({ each: true })
  @Type(() => PolicyRule)
  readonly rules!: PolicyRule[];
}

export type Gate = ApprovalGate | UpstreamVerifiedGate | FreezeGate | PolicyGate;

export class UnknownGate {
  @IsIn(['approval', 'upstream-verified', 'freeze', 'policy'], { message: 'type must be approval, upstream-verified, freeze or policy' })
  readonly type!: string;
}

export const GATE_DISCRIMINATOR = {
  discriminator: {
    property: 'type',
    subTypes: [
      { name: 'approval', value: ApprovalGate },
      { name: 'upstream-verified', value: UpstreamVerifiedGate },
      { name: 'freeze', value: FreezeGate },
      { name: 'policy', value: PolicyGate },
    ],
  },
  keepDiscriminatorProperty: true,
};
