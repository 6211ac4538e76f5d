import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

interface Version {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly deletion_time?: string;
  readonly destroyed?: boolean;
}

interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * A test double of HashiCorp Vault: `GET /v1/<mount>/data/<path>` of the key-value engine, version 2, over real HTTP, with
 * the answers that Vault's API documentation and its engine's source give. It is no Vault: it knows no policies.
 */
export class VaultDouble {
  /** `<mount>/<path>` → newest version. */
  readonly secrets = new Map<string, Version>();
  readonly tokens = new Set(['hvs.first']);
  readonly asked: Asked[] = [];
  sealed = false;
  /** Answers like this, whatever is asked. */
  instead: RequestListener | undefined;

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {
    server.on('request', (request, response) => (this.instead ?? this.listener)(request, response));
  }

  static async start(tls?: ServerOptions): Promise<VaultDouble> {
    const server = tls ? createHttpsServer(tls) : createHttpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new VaultDouble(server, `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private readonly listener: RequestListener = (request, response) => {
    const token = request.headers['x-vault-token'] as string | undefined;
    this.asked.push({ path: request.url!, token, namespace: request.headers['x-vault-namespace'] as string | undefined });
    const { status, body } = this.answer(decodeURIComponent(request.url!), token);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  private answer(path: string, token: string | undefined): { status: number; body: unknown } {
    if (this.sealed) return { status: 503, body: { errors: ['Vault is sealed'] } };
    if (token === undefined || !this.tokens.has(token)) return { status: 403, body: { errors: [`permission denied: ${token}`] } };
    const [, mount, name] = /^\/v1\/([^/]+)\/data\/(.+)$/.exec(path) ?? [];
    const version = this.secrets.get(`${mount}/${name}`);
    if (!version) return { status: 404, body: { errors: [] } };
    const { data, deletion_time = '', destroyed = false } = version;
    const gone = destroyed || deletion_time !== '';
    const metadata = { created_time: '2026-11-01T09:00:00.000000000Z', custom_metadata: null, deletion_time, destroyed, version: 3 };
    return { status: gone ? 404 : 200, body: { request_id: 'r', lease_id: '', renewable: false, lease_duration: 0, data: { data: gone ? null : data, metadata }, wrap_info: null, warnings: null, auth: null } };
  }
}
