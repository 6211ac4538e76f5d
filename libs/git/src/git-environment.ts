import { isForeign } from './foreign-repository.js';

/** Of our own environment, what git, ssh and curl need to reach a repository. */
const PASSED = [
  'PATH', 'HOME', 'TMPDIR', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
  'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY',
];

/** The only name that Slipway commits under. */
const COMMITTER = { GIT_COMMITTER_NAME: 'Slipway', GIT_COMMITTER_EMAIL: 'slipway@localhost' };

/**
 * What every git call sees. Neither the machine's nor the user's settings, attributes or hooks have a say, so that the
 * same call does the same everywhere. `remoteUrl` goes in here, not into arguments or a file: it may hold a token.
 */
export function gitEnvironment(configFile: string, remoteUrl: string): Record<string, string> {
  const passed = PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as [string, string]]));
  return {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: configFile,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Empty: nobody is asked, whatever else says who should be.
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    GIT_NO_LAZY_FETCH: '1',
    GIT_EDITOR: ':',
    GIT_LITERAL_PATHSPECS: '1',
    ...COMMITTER,
    ...settings(remoteUrl),
  };
}

/** What git runs at the other end. Its own settings would come first there, but for those in a command. */
const AT_FOREIGN = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.alternateRefsCommand=true', 'receive.autogc=false'];
const foreign = (command: string): string => ['git', ...AT_FOREIGN.map((each) => `-c ${each}`), command].join(' ');
const FOREIGN_COMMANDS = { 'remote.upstream.uploadpack': foreign('upload-pack'), 'remote.upstream.receivepack': foreign('receive-pack') };

function settings(remoteUrl: string): Record<string, string> {
  const pairs = Object.entries({
    'remote.upstream.url': remoteUrl,
    'core.hooksPath': '/dev/null',
    'core.attributesFile': '/dev/null',
    'core.excludesFile': '/dev/null',
    'core.fsmonitor': 'false',
    'credential.helper': '',
    'submodule.recurse': 'false',
    'fetch.recurseSubmodules': 'false',
    'commit.gpgSign': 'false',
    'advice.detachedHead': 'false',
    // A picked commit has no ref in the mirror: tidying up must neither drop it nor go on behind our back.
    'gc.pruneExpire': 'never',
    'gc.autoDetach': 'false',
    ...(isForeign(remoteUrl) && FOREIGN_COMMANDS),
  });
  const numbered = pairs.flatMap(([key, value], index): [string, string][] => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return Object.fromEntries([['GIT_CONFIG_COUNT', String(pairs.length)], ...numbered]);
}
