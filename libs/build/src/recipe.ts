import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { IsName, IsVariables } from '@slipway/kernel';

/** How one component is built: one command in the checkout, and the files or folders that it leaves. */
export class Recipe {
  /** argv; there is no shell unless the recipe names one. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(64)
  @IsString({ each: true })
  @MaxLength(8_192, { each: true })
  readonly command!: string[];

  /** Files or folders below the checkout. A folder becomes one deterministic tar. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(64)
  @IsString({ each: true })
  @MinLength(1, { each: true })
  readonly outputs!: string[];

  /** Where the command runs, below the checkout. Default: the checkout itself. */
  @IsOptional()
  @IsString()
  readonly directory?: string;

  /** Variables that the command sees beside PATH, HOME, LANG and TMPDIR. Nothing else of our environment reaches it. */
  @IsOptional()
  @IsVariables()
  readonly environment?: Record<string, string>;

  /** Default 600. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(6 * 3600)
  readonly timeoutSeconds?: number;

  /** Bytes of output after which the command is ended. Default 16 MiB. */
  @IsOptional()
  @IsInt()
  @Min(1_024)
  @Max(1_073_741_824)
  readonly outputLimitBytes?: number;

  /** Asks for the machine's network, which the build service may refuse. Default: none, not even another process's loopback. */
  @IsOptional()
  @IsBoolean()
  readonly network?: boolean;
}

export class Component {
  @IsName()
  readonly name!: string;

  @ValidateNested()
  @Type(() => Recipe)
  readonly recipe!: Recipe;
}

export const RECIPE_DEFAULTS = { timeoutSeconds: 600, outputLimitBytes: 16 * 1024 * 1024 } as const;

/** The longest that the recipes of these components may take together, in seconds. A build's lease lasts as long. */
export function longestBuildSeconds(components: readonly Component[]): number {
  return components.reduce((sum, component) => sum + (component.recipe.timeoutSeconds ?? RECIPE_DEFAULTS.timeoutSeconds), 0);
}
