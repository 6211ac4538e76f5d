import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';
import { parse } from 'yaml';

export const CONTAINERS = join(ROOT, 'deploy/containers');

/** What is looked at of a service in deploy/containers/compose.yaml. */
export interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** @param edited changes the text first, such as its ports */
export function readComposeFile(edited: (text: string) => string = (text) => text): ComposeFile {
  return parse(edited(readFileSync(join(CONTAINERS, 'compose.yaml'), 'utf8')), { merge: true }) as ComposeFile;
}
