import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNatsServer, ROOT } from '@slipway/platform';
import { openIsolation } from '@slipway/process-runner';
import { CONTAINERS, type ComposeFile } from '../repository/compose-file.js';

const START = '/slipway/deploy/containers/start.mjs';
/** What an image brings. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc'];
/** Parts of it are covered, so that no sandbox inside can have one of its own; as an engine does it. */
const OWN_PROC = ['--unshare-pid', '--proc', '/proc'];
/** The machine's own: bubblewrap makes none that is not covered when root starts it. */
const WHOLE_PROC = ['--dev-bind', '/proc', '/proc'];

/**
 * Runs the services of a compose file without an engine: with bubblewrap, as another user, without capabilities, on a root
 * that is read-only, and with the volumes, secrets, variables and commands of the file. All share the machine's network.
 */
export class ContainerEngine {
  private readonly running = new Map<string, ChildProcess>();

  private constructor(
    private readonly bwrap: string,
    private readonly compose: ComposeFile,
    /** Volumes, logs, and the folder `secrets` of the compose file are here. */
    private readonly directory: string,
    /** More of the machine, read-only, for all: repositories. */
    private readonly more: readonly string[],
  ) {}

  static async open(compose: ComposeFile, directory: string, more: readonly string[]): Promise<ContainerEngine> {
    const { tools, missing } = await openIsolation('require');
    if (tools === undefined) throw new Error(`this test needs a sandbox: ${missing}`);
    const names = Object.keys(compose.services);
    writeFileSync(join(directory, 'hosts'), `127.0.0.1 localhost ${names.join(' ')}\n`);
    return new ContainerEngine(tools.bwrap, compose, directory, more);
  }

  volume(name: string): string {
    const folder = join(this.directory, 'volumes', name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  log(name: string): string {
    return readFileSync(join(this.directory, `${name}.log`), 'utf8');
  }

  start(name: string): void {
    const log = openSync(join(this.directory, `${name}.log`), 'a');
    this.running.set(name, spawn(this.bwrap, [...this.container(name), '--', ...this.command(name)], { env: {}, stdio: ['ignore', log, log] }));
  }

  /** Ends with what a program does in the container of a service. @returns its exit code and output */
  async run(name: string, program: string): Promise<{ code: number | null; output: string }> {
    const child = spawn(this.bwrap, [...this.container(name), '--', process.execPath, '-e', program], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, output };
  }

  /** Whether none ended by itself. */
  get allRun(): boolean {
    return [...this.running.values()].every(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.running.values()].map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, 'exit');
        child.kill('SIGKILL'); // what is in it ends with it
        await gone;
      }),
    );
  }

  private command(name: string): string[] {
    const { build, command } = this.compose.services[name]!;
    return build ? [process.execPath, START, ...command] : [findNatsServer(), ...command];
  }

  private container(name: string): string[] {
    const { user = '0:0', tmpfs = [], volumes = [], secrets = [], security_opt: options = [] } = this.compose.services[name]!;
    const [uid, gid] = user.split(':');
    return [
      ...['--unshare-user', '--uid', uid!, '--gid', gid!, '--unshare-ipc', '--unshare-uts', '--hostname', name],
      ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--clearenv'],
      ...this.image(),
      ...(options.includes('systempaths=unconfined') ? WHOLE_PROC : OWN_PROC),
      ...['--dev', '/dev'],
      ...tmpfs.flatMap((entry) => ['--tmpfs', entry.split(':')[0]!]),
      ...this.more.flatMap((path) => ['--ro-bind', path, path]),
      ...volumes.flatMap((entry) => this.mounted(entry)),
      ...secrets.flatMap((secret) => ['--ro-bind', this.file(this.compose.secrets[secret]!.file), `/run/secrets/${secret}`]),
      ...Object.entries(this.environment(name)).flatMap(([variable, value]) => ['--setenv', variable, String(value)]),
      ...['--chdir', '/slipway', '--remount-ro', '/'],
    ];
  }

  private image(): string[] {
    const programs = [process.execPath, findNatsServer()].filter((file) => !file.startsWith('/usr/')).map(dirname);
    return [
      ...SYSTEM.filter((path) => existsSync(path)).flatMap((path) => (lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path])),
      ...['--ro-bind', join(this.directory, 'hosts'), '/etc/hosts', '--ro-bind', ROOT, '/slipway'],
      ...programs.flatMap((folder) => ['--ro-bind', folder, folder]),
    ];
  }

  private mounted(entry: string): string[] {
    const [from, at, mode] = entry.split(':') as [string, string, string?];
    return [mode === 'ro' ? '--ro-bind' : '--bind', from.startsWith('.') ? this.file(from) : this.volume(from), at];
  }

  private environment(name: string): Readonly<Record<string, string>> {
    const { environment = {}, env_file: files = [] } = this.compose.services[name]!;
    const lines = files.flatMap((file) => readFileSync(this.file(file), 'utf8').trim().split('\n'));
    return {
      ...{ PATH: '/usr/local/bin:/usr/bin:/bin', ...imageEnvironment() },
      ...Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])),
      ...environment,
    };
  }

  private file(path: string): string {
    return join(this.directory, path);
  }
}

/** What the images set. */
function imageEnvironment(): Record<string, string> {
  const [, line = ''] = /^ENV (.*)$/m.exec(readFileSync(join(CONTAINERS, 'Containerfile'), 'utf8')) ?? [];
  return Object.fromEntries(line.split(' ').map((pair) => pair.split('=') as [string, string]));
}
