import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { killOrphans } from '@slipway/process-runner';

/** Ends what host.deploy started below `hosts/<environment>/<component>`: it is made to outlive Slipway. */
export async function stopHosts(hosts: string): Promise<void> {
  if (!existsSync(hosts)) return;
  for (const environment of readdirSync(hosts)) {
    for (const component of readdirSync(join(hosts, environment))) await killOrphans(`host.deploy:${join(hosts, environment, component)}`);
  }
}
