import { notFound, type SecretProvider } from './secrets.js';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The service's own settings hold its credentials for the store and the bus. Those are nobody's to hand out. */
const OWN_VARIABLE = /^SLIPWAY_/;

/** `env:NAME`: a variable of the service. */
export class EnvironmentSecrets implements SecretProvider {
  readonly form = 'env:NAME';

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  async read(name: string): Promise<string> {
    if (!VARIABLE.test(name) || OWN_VARIABLE.test(name)) throw notFound(`secret env:${name}: it is not the name of a variable that may be given away`);
    const value = Object.hasOwn(this.environment, name) ? this.environment[name] : undefined;
    if (value === undefined) throw notFound(`secret env:${name}: the deployment service has no such variable`);
    return value;
  }
}
