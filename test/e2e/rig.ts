import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Operator } from '@slipway/demo';
import { readSigningKey } from '@slipway/identity';
import { anybodySigner } from '@slipway/identity/testing';
import { Bus, type GatewayClient, type Signer } from '@slipway/messaging';
import { assertionKeyFiles, Platform, type PlatformOptions } from '@slipway/platform';

/** Anybody at all, in the gateway's place and by its keys: a test is many people quickly. */
const asOnBus = (bus: Bus, actor: string): Pick<GatewayClient, 'command' | 'query'> => ({
  command: (type, fields, options) => bus.command(type, fields, { ...options, actor }),
  query: (type, fields, options) => bus.query(type, fields, { ...options, actor }),
});

/** A whole platform in a folder of its own, and people to use it. */
export class Rig {
  private constructor(
    readonly directory: string,
    readonly platform: Platform,
    readonly bus: Bus,
    /** Of anybody: whom a call names. */
    readonly signer: Signer,
    readonly operator: Operator,
  ) {}

  /** @param servers that run already, in the place of the platform's own */
  static async start(name: string, servers: Omit<PlatformOptions, 'data' | 'say'> = {}): Promise<Rig> {
    const directory = mkdtempSync(join(tmpdir(), `slipway-${name}-`));
    const platform = await Platform.start({ ...servers, data: join(directory, 'platform') });
    const key = readSigningKey(readFileSync(assertionKeyFiles(join(directory, 'platform')).privateFile, 'utf8'));
    const signer = anybodySigner(key);
    const bus = await Bus.connect(platform.busAddress('gateway'), 'gateway', { signer });
    return new Rig(directory, platform, bus, signer, new Operator((who) => asOnBus(bus, who), 'person:operator'));
  }

  async stop(): Promise<void> {
    await this.bus.close();
    await this.platform.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A new git repository with these files in one commit on `main`. */
  repository(name: string, files: Readonly<Record<string, string>>): string {
    const directory = join(this.directory, name);
    mkdirSync(directory, { recursive: true });
    const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: directory });
    git('init', '-q', '-b', 'main');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    git('add', '-A');
    git('commit', '-q', '-m', 'Begin');
    return directory;
  }
}
