import { SlipwayError } from '@slipway/kernel';
import { findSandbox, type SandboxTools } from './find-sandbox.js';
import { RUN_LIMITS, type RunLimits } from './run-limits.js';

/** `auto`: in a sandbox where there is one. `require`: not at all without one. `off`: never in one; for tests only. */
export const SANDBOX_MODES = ['auto', 'require', 'off'] as const;
export type SandboxMode = (typeof SANDBOX_MODES)[number];

/** How a service keeps what others wrote apart from itself and from the machine. */
export interface Isolation {
  readonly limits: RunLimits;
  readonly tools?: SandboxTools;
  /** Why there is no sandbox where one was wanted, and what to do about it. */
  readonly missing?: string;
  /** Without a sandbox nothing is run. */
  readonly required: boolean;
}

/** One run's part of it. */
export interface Confinement {
  readonly isolation: Isolation;
  /** Existing folders, absolute, that the command may change; `cwd` is in one of them. In a sandbox it sees no others but the system's. */
  readonly writable: readonly string[];
  /** Whether the machine's network is to be reached. Without a sandbox it always is. */
  readonly network: boolean;
}

/** Looks once for a sandbox that works. */
export async function openIsolation(mode: SandboxMode, limits: Partial<RunLimits> = {}): Promise<Isolation> {
  const common = { limits: { ...RUN_LIMITS, ...limits }, required: mode === 'require' };
  if (mode === 'off') return common;
  const found = await findSandbox();
  return typeof found === 'string' ? { ...common, missing: found } : { ...common, tools: found };
}

/** @throws SlipwayError SANDBOX_UNAVAILABLE */
export function assertAllowed({ missing, required }: Isolation): void {
  if (required && missing !== undefined) throw new SlipwayError('SANDBOX_UNAVAILABLE', `nothing is run without a sandbox (SLIPWAY_SANDBOX=require): ${missing}`);
}
