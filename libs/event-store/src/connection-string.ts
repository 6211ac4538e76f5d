import { SlipwayError } from '@slipway/kernel';

/** Of one user of an event store. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The settings that the client knows and keeps. */
const SETTINGS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'throwOnAppendFailure',
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
];

/** As the client compares them. */
const flat = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
const KNOWN: ReadonlySet<string> = new Set(SETTINGS.map(flat));

/**
 * A connection string for one user. Strings without credentials are for showing and keeping; this one is neither shown nor kept.
 * Throws SlipwayError CONFIG_INVALID for a string that has credentials, and for one without TLS: the client then sends none, and says nothing.
 */
export function withCredentials(connectionString: string, { user, password }: Credentials): string {
  checkSettings(connectionString);
  if (hasCredentials(connectionString)) throw invalid('it must hold no user and no password');
  if (settingsOf(connectionString).some(([name, value]) => flat(name) === 'tls' && value === 'false')) {
    throw invalid(`tls=false at ${hostOf(connectionString)}: without TLS no credentials are sent`);
  }
  return connectionString.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
}

export const hasCredentials = (connectionString: string): boolean => connectionString.includes('@');

/** Who goes in; undefined for a string without credentials. For strings that the client takes. */
export const userIn = (connectionString: string): string | undefined => {
  const user = /^[^/]*:\/\/([^:@]+):.*@/s.exec(connectionString)?.[1];
  return user === undefined ? undefined : decodeURIComponent(user);
};

/** Without credentials and settings, for a message. */
export const hostOf = (connectionString: string): string => afterCredentials(connectionString).replace(/[/?].*$/s, '');

/**
 * Throws SlipwayError CONFIG_INVALID for a setting that the client does not know, or does not keep: it would warn of it on the console,
 * with the password.
 */
export function checkSettings(connectionString: string): void {
  if (settingsOf(connectionString).some(([name]) => !KNOWN.has(flat(name)))) throw invalid(`the settings are ${SETTINGS.join(', ')}`);
}

/** What is wrong with a connection string, in words that show nothing of it. */
export const invalid = (detail: string): SlipwayError =>
  new SlipwayError('CONFIG_INVALID', `the event store's connection string is not valid: ${detail} (esdb://user:password@host:2113?tlsCAFile=…)`);

function settingsOf(connectionString: string): (readonly [name: string, value: string])[] {
  const [, ...query] = afterCredentials(connectionString).split('?');
  return query
    .join('?')
    .split('&')
    .filter((setting) => setting !== '')
    .map((setting) => [setting.split('=')[0]!.trim(), setting.slice(setting.indexOf('=') + 1).trim()]);
}

/** From the last `@` on: a password may hold whatever else would end it. */
const afterCredentials = (connectionString: string): string => connectionString.slice(connectionString.lastIndexOf('@') + 1).replace(/^[^/]*:\/\//, '');
