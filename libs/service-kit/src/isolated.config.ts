import { SANDBOX_MODES, type SandboxMode } from '@slipway/process-runner';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ServiceConfig } from './config.js';

/** For a service that runs what others wrote. docs/explanation/isolation.md says what the settings mean. */
export class IsolatedConfig extends ServiceConfig {
  /** `auto`: in a sandbox where it works here, else without one and with a warning. `require`: nothing runs without it. `off`: for tests only. Default `auto`. */
  @IsOptional()
  @IsIn(SANDBOX_MODES)
  readonly SLIPWAY_SANDBOX?: SandboxMode;

  /** What one run may keep in memory, in MiB. Default 4,096. */
  @IsOptional()
  @IsInt()
  @Min(64)
  @Max(1_048_576)
  readonly SLIPWAY_RUN_MEMORY_MIB?: number;

  /** What one run may keep on disk, with its checkout, in MiB. Default 10,240. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(16_777_216)
  readonly SLIPWAY_RUN_DISK_MIB?: number;

  /** Processes and threads that one run may have at a time. Default 1,024. */
  @IsOptional()
  @IsInt()
  @Min(16)
  @Max(65_536)
  readonly SLIPWAY_RUN_PROCESSES?: number;
}
