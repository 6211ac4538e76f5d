import type { Provider, Type } from '@nestjs/common';
import { type Isolation, openIsolation, type RunLimits } from '@slipway/process-runner';
import type { Logger } from 'pino';
import type { IsolatedConfig } from './isolated.config.js';
import { ISOLATION, LOGGER } from './tokens.js';

const MIB = 1024 * 1024;

/** Provides ISOLATION to a module, by what the service's config says. Warns once if there is no sandbox. */
export function isolation(config: Type<IsolatedConfig>): Provider {
  return { provide: ISOLATION, useFactory: open, inject: [config, LOGGER] };
}

async function open(config: IsolatedConfig, logger: Logger): Promise<Isolation> {
  const opened = await openIsolation(config.SLIPWAY_SANDBOX ?? 'auto', limitsOf(config));
  if (opened.missing !== undefined) {
    const consequence = opened.required ? 'nothing is run' : 'what others wrote runs with the rights of this service';
    logger.warn({ reason: opened.missing }, `there is no sandbox: ${consequence}`);
  }
  return opened;
}

function limitsOf({ SLIPWAY_RUN_MEMORY_MIB: memory, SLIPWAY_RUN_DISK_MIB: disk, SLIPWAY_RUN_PROCESSES: processes }: IsolatedConfig): Partial<RunLimits> {
  return {
    ...(memory !== undefined && { memoryBytes: memory * MIB }),
    ...(disk !== undefined && { diskBytes: disk * MIB }),
    ...(processes !== undefined && { processes }),
  };
}
