import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** One part of the system that a sandboxed command sees, by bubblewrap's words for it. All of it is read-only. */
export type SystemPart = readonly ['--ro-bind', string, string] | readonly ['--symlink', string, string];

/** On newer systems these are links into /usr, and stay that. */
const FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Of /etc, what compilers, interpreters and TLS clients read. Nothing in it is a secret. */
const SETTINGS = [
  'alternatives', 'ca-certificates', 'ca-certificates.conf', 'crypto-policies', 'group', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d',
  'localtime', 'mime.types', 'nsswitch.conf', 'os-release', 'passwd', 'pki', 'ssl/certs', 'ssl/openssl.cnf', 'timezone',
];
/** What else it takes to reach others. */
const NETWORK_SETTINGS = ['gai.conf', 'host.conf', 'hosts', 'protocols', 'resolv.conf', 'services'];

/** The allowed parts that this machine has. */
export function systemParts(network: boolean): SystemPart[] {
  const settings = [...SETTINGS, ...(network ? NETWORK_SETTINGS : [])].map((name) => join('/etc', name));
  return [
    ['--ro-bind', '/usr', '/usr'],
    ...FOLDERS.filter((path) => existsSync(path)).map(folderPart),
    ...settings.filter((path) => existsSync(path)).map((path) => ['--ro-bind', realpathSync(path), path] as const),
    ...nodeParts(process.execPath, homedir()),
  ];
}

function folderPart(path: string): SystemPart {
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/**
 * Node may be installed anywhere, for example below a home by a version manager. Its folder is shown with npm and the
 * rest, but only if it is nothing else: of `~/bin/node` only the program itself.
 */
export function nodeParts(execPath: string, home: string): SystemPart[] {
  if (execPath.startsWith('/usr/')) return [];
  const folder = dirname(dirname(execPath));
  const own = folder !== '/' && folder !== home && !home.startsWith(`${folder}/`) && existsSync(join(folder, 'lib/node_modules/npm'));
  const shown = own ? folder : execPath;
  return [['--ro-bind', shown, shown]];
}
