import { EnvironmentSecrets, FileSecrets, Secrets, VaultSecrets, type VaultSettings } from '@slipway/steps';
import type { DeploymentConfig } from './deployment.config.js';

/** All places that this replica takes secrets from. */
export const secretsOf = (config: DeploymentConfig, environment: NodeJS.ProcessEnv): Secrets =>
  new Secrets({
    env: new EnvironmentSecrets(environment),
    file: new FileSecrets(config.SLIPWAY_SECRETS),
    vault: new VaultSecrets(vaultOf(config)),
  });

function vaultOf(config: DeploymentConfig): VaultSettings | undefined {
  const { SLIPWAY_VAULT_ADDR: address, SLIPWAY_VAULT_TOKEN_FILE: tokenFile } = config;
  if (address === undefined || tokenFile === undefined) return undefined;
  return { address, tokenFile, namespace: config.SLIPWAY_VAULT_NAMESPACE, caFile: config.SLIPWAY_VAULT_CA_FILE };
}
