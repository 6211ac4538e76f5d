import { basename } from 'node:path';
import { COMPONENTS, type Environment, type Ports } from './manifests.js';

/** What a component's process says of itself. */
export interface Running {
  readonly component: string;
  readonly version: string;
  /** Digest of the release folder that it runs from. */
  readonly digest: string;
  readonly healthy: boolean;
}

/** Asks the processes of an environment what they are. A process that doesn't answer is left out. */
export async function running(environment: Environment, ports: Ports): Promise<Running[]> {
  const answers = await Promise.all(COMPONENTS.map((component) => askProcess(ports[environment][component])));
  return answers.filter((answer) => answer !== undefined);
}

async function askProcess(port: number): Promise<Running | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/version`, { signal: AbortSignal.timeout(2_000) });
    const { component, version, folder, healthy } = (await response.json()) as { component: string; version: string; folder: string; healthy: boolean };
    return { component, version, digest: digestOf(folder), healthy };
  } catch {
    return undefined; // Nothing listens there: nothing runs.
  }
}

/** `…/releases/<hex>[/…]` → `sha256:<hex>`. */
function digestOf(folder: string): string {
  const hex = folder.split('/').find((part) => /^[0-9a-f]{64}$/.test(part));
  return hex ? `sha256:${hex}` : `unknown (${basename(folder)})`;
}
