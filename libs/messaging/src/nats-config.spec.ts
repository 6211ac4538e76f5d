import { platformIdentities, teamIdentity } from './bus-identities.js';
import { mayPublish, maySubscribe, natsConfig, type NatsSettings } from './nats-config.js';

const KEYS = (name: string): string => `U-${name}`;
const LOCAL: NatsSettings = { host: '127.0.0.1', port: 4222 };
const TLS = { cert: '/etc/nats/cert.pem', key: '/etc/nats/key.pem' };
const config = (settings: NatsSettings = LOCAL, identities = platformIdentities()): string => natsConfig(identities, KEYS, settings);

/** Lines of one account's block. */
function account(name: string, text = config()): string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(`  "${name}" {`);
  return lines.slice(from, lines.indexOf('  }', from));
}

describe('the generated configuration', () => {
  it('lets in the identities and nobody else', () => {
    const keys = [...config().matchAll(/nkey: "([^"]+)"/g)].map(([, key]) => key);
    expect(keys.sort()).toEqual(platformIdentities().map(({ name }) => KEYS(name)).sort());
    expect(config()).not.toMatch(/no_auth_user|authorization|password|token/);
  });

  it('allows no wildcard but facts of a category, in one workspace or all, and an own inbox', () => {
    const text = config(LOCAL, [...platformIdentities(), teamIdentity('development', 'shop')]);
    const allowed = [...text.matchAll(/allow: \[([^\]]*)\]/g)].flatMap(([, list]) => list!.split(', ')).filter((subject) => /[*>]/.test(subject));
    expect(allowed.filter((subject) => !/^"slipway\.v1\.event\.(\*|shop)\.[A-Za-z]+\.\*"$/.test(subject) && !/^"_INBOX\.gateway\.>"$/.test(subject))).toEqual(['"_INBOX.>"', '"_INBOX.>"', '"_INBOX.>"']);
  });

  it('denies all to whom nothing is allowed, because an empty list would allow all', () => {
    expect(config()).not.toContain('allow: []');
    expect(account('CORE').join('\n')).toMatch(/# query\n.*\n {8}publish: \{ deny: \[">"\] \}/);
  });

  it('lets a service take requests in its queue group only, and answer each once', () => {
    const [planning] = platformIdentities();
    expect(maySubscribe(planning!).every((subject) => subject.endsWith(' planning'))).toBe(true);
    expect(mayPublish(planning!).every((subject) => subject.startsWith('slipway.v1.event.'))).toBe(true);
    expect(config().match(/allow_responses: \{ max: 1, expires: "11m" \}/g)).toHaveLength(6);
  });

  it('exports a subject to those accounts that may use it, and they import it', () => {
    const approve = 'slipway.v1.admission.command.approve-release';
    expect(account('CORE').filter((line) => line.includes('service:') && line.includes(approve))).toEqual([`      { service: "${approve}", accounts: ["SRE"], response_threshold: "11m" }`]);
    expect(account('SRE').some((line) => line.includes('service:') && line.includes(approve))).toBe(true);
    expect(account('DEV').some((line) => line.includes(approve))).toBe(false);
    expect(config()).not.toMatch(/export.*rebuild-views/);
  });

  it('makes an account for each workspace', () => {
    const text = config(LOCAL, [...platformIdentities(), teamIdentity('development', 'shop')]);
    expect(account('DEV-shop', text).filter((line) => line.includes('nkey'))).toEqual(['      { nkey: "U-dev-shop", permissions: {']);
    expect(text).toMatch(/service: "slipway\.v1\.planning\.command\.cut-candidate", accounts: \["DEV", "DEV-shop"\]/);
    expect(account('CORE', text)).toEqual(expect.arrayContaining(['      { stream: "slipway.v1.event.*.build.*", accounts: ["DEV", "SRE"] }', '      { stream: "slipway.v1.event.shop.build.*", accounts: ["DEV-shop"] }']));
    expect(account('DEV-shop', text).filter((line) => line.includes('stream:') && !line.includes('"slipway.v1.event.shop.'))).toEqual([]);
  });

  it.each(['max_payload: 8MB', 'max_pending: 64MB', 'max_connections: 1000', 'max_subscriptions: 1000', 'max_control_line: 4KB', 'ping_interval: "30s"', 'ping_max: 3', 'write_deadline: "10s"'])('limits: %s', (line) =>
    expect(config().split('\n')).toContain(line),
  );

  it('limits how many connections a team may take', () => {
    for (const team of ['DEV', 'SRE']) expect(account(team)).toContain('    limits { max_connections: 200 }');
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'nats.example.org', '127.0.0.1.example.org', '128.0.0.1', ''])('refuses to listen on %p without TLS', (host) => {
    expect(() => config({ host, port: 4222 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
    expect(config({ host, port: 4222, tls: TLS })).toContain('cert_file: "/etc/nats/cert.pem"');
  });

  it.each([['127.0.0.1', '"127.0.0.1:4222"'], ['::1', '"[::1]:4222"'], ['localhost', '"localhost:4222"']])('listens on %s without TLS', (host, listen) =>
    expect(config({ host, port: 4222 })).toContain(`listen: ${listen}\n`),
  );

  it('asks clients for a certificate where an authority for them is given', () => {
    expect(config({ ...LOCAL, tls: TLS })).not.toContain('verify');
    expect(config({ ...LOCAL, tls: { ...TLS, ca: '/etc/"ca".pem' } })).toContain('  ca_file: "/etc/\\"ca\\".pem"\n  verify: true');
  });
});
