import { Controller, Get, Inject } from '@nestjs/common';
import { SlipwayError } from '@slipway/kernel';
import { Bus } from '@slipway/messaging';
import { GatewayConfig } from './gateway.config.js';

/** What is told without signing in, by its exact path. */
export const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/.well-known/oauth-protected-resource']);

const BUS_ANSWERS_WITHIN_MS = 2_000;

@Controller()
export class OpenController {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(GatewayConfig) private readonly config: GatewayConfig,
  ) {}

  /** The process is there. */
  @Get('healthz')
  health(): object {
    return { status: 'ok' };
  }

  /** The bus answers. */
  @Get('readyz')
  async ready(): Promise<object> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, BUS_ANSWERS_WITHIN_MS, false)));
    const answered = await Promise.race([this.bus.connection.flush().then(() => true, () => false), late]);
    clearTimeout(timer);
    if (!answered) throw new SlipwayError('UNAVAILABLE', 'the bus does not answer; try again');
    return { status: 'ok' };
  }

  /** Where one signs in: OAuth 2.0 Protected Resource Metadata (RFC 9728). */
  @Get('.well-known/oauth-protected-resource')
  resource(): object {
    const { SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: resource } = this.config;
    if (!issuer || !resource) throw new SlipwayError('ROUTE_NOT_FOUND', 'no OpenID provider is configured here; sign in with a token of Slipway: slipway login --token-stdin < your.token');
    return { resource, authorization_servers: [issuer], bearer_methods_supported: ['header'] };
  }
}
