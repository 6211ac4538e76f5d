import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SERVICES } from '@slipway/platform';
import { type ComposeService, CONTAINERS, readComposeFile } from './compose-file.js';

const containerfile = readFileSync(join(CONTAINERS, 'Containerfile'), 'utf8');
const { services, networks, secrets, volumes } = readComposeFile();
const each = Object.entries(services);
const ours = each.filter(([, { build }]) => build);
const lines = (stage: string): string[] => (containerfile.split(/^(?=FROM )/m).find((part) => part.split('\n')[0]!.endsWith(` AS ${stage}`)) ?? '').split('\n');

describe('the images', () => {
  it.each(['service', 'worker'])('%s runs as a numbered user other than root, by a program and no shell', (stage) => {
    expect(lines(stage)).toContain('USER 65532:65532');
    expect(lines(stage).find((line) => line.startsWith('ENTRYPOINT '))).toMatch(/^ENTRYPOINT \["\/[^"]*node", "\/slipway\/deploy\/containers\/start\.mjs"\]$/);
    expect(lines(stage).filter((line) => /^(VOLUME|WORKDIR)/.test(line))).toEqual(['WORKDIR /slipway', 'VOLUME /data']);
    expect(lines(stage).filter((line) => /^(ADD|RUN chmod|USER 0|USER root)/.test(line))).toEqual([]);
  });

  it('are built without install scripts but the listed one, and without development packages', () => {
    for (const line of containerfile.match(/npm ci [^\\&]*/g) ?? []) expect(line).toContain('--ignore-scripts');
    const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { allowScripts: Record<string, boolean> };
    expect(containerfile.match(/npm rebuild .*(?= --loglevel)/g)).toEqual([`npm rebuild ${Object.keys(allowScripts).filter((name) => allowScripts[name]).join(' ')}`]);
    expect(lines('assembled').join('\n')).toContain('npm ci --ignore-scripts --omit=dev');
  });

  it('hold every service, and start each', () => {
    const start = readFileSync(join(CONTAINERS, 'start.mjs'), 'utf8');
    for (const service of [...SERVICES, 'gateway']) {
      expect(containerfile).toContain(`--workspace=apps/${service} `);
      expect(start).toContain(`'${service}'`);
      expect(services[service]?.command).toEqual([service]);
    }
  });

  it('say which version of their bases, and hold no secret', () => {
    const bases = [...containerfile.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image]) => image!);
    expect(bases).toHaveLength(2);
    for (const image of [...bases, ...each.map(([, service]) => service.image)]) expect(image).toMatch(/(:(?!latest)\S+|@sha256:[0-9a-f]{64}|nodejs\d+-debian\d+)$/);
    expect(containerfile).not.toMatch(/^(ENV|ARG) .*(PASSWORD|TOKEN|SECRET|SEED|_KEY|EVENTSTORE)/im);
  });

  it('are made without keys, data, history and tests', () => {
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['*', '**/node_modules', '**/*.pem', '**/*.seed', '**/*.env', '**/.slipway', 'deploy/containers/secrets', '**/*.spec.ts']));
    expect(ignored.filter((line) => line.startsWith('!'))).toEqual(['!apps', '!libs', '!deploy', '!test/package.json', '!package.json', '!package-lock.json', '!tsconfig.base.json', '!.npmrc', '!LICENSE']);
  });
});

describe('compose.yaml', () => {
  it.each(each)('%s: not root, read-only, no capability, no new privileges, limited', (_name, service) => {
    expect(service).toMatchObject({ user: '65532:65532', read_only: true, cap_drop: ['ALL'] });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.tmpfs?.[0]).toMatch(/^\/tmp:.*noexec,nosuid,nodev/);
    expect(service.mem_limit && service.cpus && service.pids_limit).toBeTruthy();
    expect([service.privileged, service.cap_add]).toEqual([undefined, undefined]);
  });

  it('lets only build and deployment make sandboxes, and nothing run without one there', () => {
    expect(each.filter(([, { security_opt: options }]) => options!.length > 1).map(([name]) => name)).toEqual(['build', 'deployment']);
    for (const name of ['build', 'deployment']) expect(services[name]!.environment).toMatchObject({ SLIPWAY_SANDBOX: 'require' });
    const { defaultAction, syscalls } = JSON.parse(readFileSync(join(CONTAINERS, 'seccomp-sandbox.json'), 'utf8')) as { defaultAction: string; syscalls: { names: string[]; action: string }[] };
    expect([defaultAction, syscalls.map(({ action }) => action)]).toEqual(['SCMP_ACT_ALLOW', ['SCMP_ACT_ERRNO']]);
    expect(syscalls[0]!.names).toEqual(expect.arrayContaining(['bpf', 'init_module', 'keyctl', 'kexec_load', 'open_by_handle_at', 'perf_event_open', 'userfaultfd']));
  });

  it('has a network for each boundary: only the gateway is published, only deployment reaches environments', () => {
    const on = (network: string): string[] => each.filter(([, service]) => service.networks.includes(network)).map(([name]) => name);
    expect(Object.fromEntries(Object.keys(networks).map((name) => [name, on(name)]))).toEqual({
      edge: ['gateway'],
      bus: ['nats', 'gateway', ...inOrder(SERVICES)],
      log: ['event-store', ...inOrder(SERVICES)],
      sources: ['planning', 'build'],
      managed: ['deployment'],
    });
    expect(Object.keys(networks).filter((name) => networks[name]?.internal)).toEqual(['bus', 'log']);
    expect(each.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['gateway']);
  });

  it('gives each its own data, and the artifacts to be changed only to those who add to them', () => {
    for (const [name, service] of ours) expect(service.volumes?.filter((volume) => volume.endsWith(':/data'))).toEqual([`${name}:/data`]);
    expect(each.filter(([, service]) => has(service, 'artifacts:/artifacts')).map(([name]) => name)).toEqual(['admission', 'build']);
    expect(each.filter(([, service]) => has(service, 'artifacts:/artifacts:ro')).map(([name]) => name)).toEqual(['deployment']);
    const named = ours.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(':')[0]!).filter((volume) => !volume.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
  });

  it('hands secrets over as files, each to those who need it', () => {
    const holders = (secret: string): string[] => each.filter(([, service]) => service.secrets?.includes(secret)).map(([name]) => name);
    for (const service of [...SERVICES, 'gateway']) expect([service, holders(`seed-${service}`)]).toEqual([service, [service]]);
    for (const secret of ['assertion-private', 'gateway-key']) expect(holders(secret)).toEqual(['gateway']);
    for (const secret of ['nats-conf', 'nats-key']) expect(holders(secret)).toEqual(['nats']);
    expect(each.filter(([, service]) => service.volumes?.some((volume) => volume.includes('deployment-secrets'))).map(([name]) => name)).toEqual(['deployment']);
    for (const service of SERVICES) expect(services[service]!.env_file).toEqual([`secrets/event-store/${service}.env`]);
    for (const [, { file }] of Object.entries(secrets)) expect(file).toMatch(/^secrets\//);
    const values = each.flatMap(([, { environment }]) => Object.entries(environment ?? {}));
    expect(values.filter(([name, value]) => /SEED|KEY|TOKEN|PASSWORD/.test(name) && !value.startsWith('/run/secrets/'))).toEqual([]);
    expect(existsSync(join(CONTAINERS, 'compose.yaml')) && readFileSync(join(ROOT, '.gitignore'), 'utf8')).toContain('deploy/containers/secrets/');
  });
});

const has = ({ volumes: own = [] }: ComposeService, volume: string): boolean => own.includes(volume);

function inOrder(names: readonly string[]): string[] {
  return Object.keys(services).filter((name) => names.includes(name));
}
