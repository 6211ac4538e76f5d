import { Equals, IsArray, IsIn, IsInt, IsNumber, IsOptional, IsString, IsUrl, Matches, Max, MaxLength, Min, MinLength, ArrayNotEmpty } from 'class-validator';
import { IsName, IsVariables } from '@slipway/kernel';
import { ArePrivateVariables } from './private-variables.js';
import { IsSecretReferences, SharesNoNameWith } from './secret-reference.js';

/**
 * Texts in steps may hold `${candidate}`, `${commit}`, `${snapshot}` (digest), `${application}`, `${environment}` and
 * `${digest.<component>}`; they are filled in when the step runs. `$${` stands for a `${` that is meant for a shell.
 */
abstract class StepBase {
  /** Unique within the environment; logs and reasons use it. */
  @IsName()
  readonly name!: string;

  /** For one attempt. Default 300. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(6 * 3600)
  readonly timeoutSeconds?: number;

  /** Attempts in all. Default 1. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(20)
  readonly attempts?: number;

  /** Wait before the second attempt; doubled before each further one, at most 300. Default 1. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(300)
  readonly backoffSeconds?: number;
}

/**
 * Runs a command. Secrets reach it by reference, in variables or in files: `env:NAME` (a variable of the deployment
 * service), `file:NAME` (in its secrets directory), `vault:MOUNT/PATH#KEY`. See docs/reference/secrets.md.
 */
export class RunStep extends StepBase {
  @Equals('run')
  readonly type!: 'run';

  /** argv; there is no shell unless the step names one. */
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  readonly command!: string[];

  @IsOptional()
  @IsVariables()
  readonly environment?: Record<string, string>;

  /** Names in `environment` whose values are told to nobody without a role in the managed workspace. See docs/reference/secrets.md. */
  @IsOptional()
  @ArePrivateVariables()
  readonly privateVariables?: string[];

  /** Variable → reference: the variable holds the secret. */
  @IsOptional()
  @IsSecretReferences()
  @SharesNoNameWith('environment')
  readonly secrets?: Record<string, string>;

  /**
   * Variable → reference: the variable holds the path of a file with the secret, which only the command's user can read
   * (mode 0600, in a folder with mode 0700), and which is removed with its folder when the step ends.
   */
  @IsOptional()
  @IsSecretReferences()
  @SharesNoNameWith('environment', 'secrets')
  readonly secretFiles?: Record<string, string>;
}

/** Unpacks a component by digest into `<directory>/releases/<digest>`, flips `<directory>/current`, restarts its process. */
export class HostDeployStep extends StepBase {
  @Equals('host.deploy')
  readonly type!: 'host.deploy';

  @IsName()
  readonly component!: string;

  /** Absolute path on the deployment service's machine. */
  @Matches(/^\//, { message: 'directory must be an absolute path' })
  readonly directory!: string;

  /** argv of the process, run in `<directory>/current`. Left out: files only. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  readonly command?: string[];

  @IsOptional()
  @IsVariables()
  readonly environment?: Record<string, string>;

  /** As for `run`. */
  @IsOptional()
  @ArePrivateVariables()
  readonly privateVariables?: string[];

  /** Releases kept on disk, the current one among them. Default 5. */
  @IsOptional()
  @IsInt()
  @Min(2)
  @Max(100)
  readonly keep?: number;
}

/** Asks until the answer is right, or the tries are used up. */
export class HttpVerifyStep extends StepBase {
  @Equals('http.verify')
  readonly type!: 'http.verify';

  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  readonly url!: string;

  /** Default 200. */
  @IsOptional()
  @IsInt()
  @Min(100)
  @Max(599)
  readonly status?: number;

  /** Text that the body must contain. */
  @IsOptional()
  @IsString()
  @MaxLength(4_096)
  readonly bodyContains?: string;

  /** Default 10. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly tries?: number;

  /** Between tries. Default 1. */
  @IsOptional()
  @IsNumber()
  @Min(0.05)
  @Max(300)
  readonly intervalSeconds?: number;
}

/** Writes a file into an environments repository that a GitOps controller watches, and pushes it. */
export class GitCommitStep extends StepBase {
  @Equals('git.commit')
  readonly type!: 'git.commit';

  @IsString()
  @MinLength(1)
  readonly repository!: string;

  @IsString()
  @Matches(/^[A-Za-z0-9._][A-Za-z0-9._/-]*$/)
  readonly branch!: string;

  /** Path in the repository. */
  @IsString()
  @Matches(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/, { message: 'path must be inside the repository' })
  readonly path!: string;

  @IsString()
  @MaxLength(262_144)
  readonly content!: string;
}

export type Step = RunStep | HostDeployStep | HttpVerifyStep | GitCommitStep;

/** For `@Type`: which class a step's `type` names. */
export class UnknownStep extends StepBase {
  @IsIn(['run', 'host.deploy', 'http.verify', 'git.commit'], { message: 'type must be run, host.deploy, http.verify or git.commit' })
  readonly type!: string;
}

export const STEP_DISCRIMINATOR = {
  discriminator: {
    property: 'type',
    subTypes: [
      { name: 'run', value: RunStep },
      { name: 'host.deploy', value: HostDeployStep },
      { name: 'http.verify', value: HttpVerifyStep },
      { name: 'git.commit', value: GitCommitStep },
    ],
  },
  keepDiscriminatorProperty: true,
};

export const STEP_DEFAULTS = { timeoutSeconds: 300, attempts: 1, backoffSeconds: 1 } as const;

/** Wait before an attempt (from 2 on), in seconds. */
export function backoffBefore(step: Step, attempt: number): number {
  return Math.min(300, (step.backoffSeconds ?? STEP_DEFAULTS.backoffSeconds) * 2 ** (attempt - 2));
}

/** The longest that these steps may take, in seconds. A deployment's lease lasts as long. */
export function longestDeploymentSeconds(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    const attempts = step.attempts ?? STEP_DEFAULTS.attempts;
    let seconds = attempts * (step.timeoutSeconds ?? STEP_DEFAULTS.timeoutSeconds);
    for (let attempt = 2; attempt <= attempts; attempt++) seconds += backoffBefore(step, attempt);
    return sum + seconds;
  }, 0);
}
