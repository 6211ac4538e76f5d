/** A statement is published: what stands before the `@` of a web address may be a token, and is left out. */
export function publicRepository(repository: string): string {
  return repository.replace(/^(https?:\/\/)[^/]*@/i, '$1').replace(/^([a-z][a-z0-9+.-]*:\/\/[^/:@]+):[^/]*@/i, '$1@');
}

/** The repository as an SPDX download location: `git+https://…`, `git+ssh://…`, `git+file:///…`. */
export function gitUri(repository: string): string {
  const address = publicRepository(repository);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return `git+${address}`;
  if (address.startsWith('/')) return `git+file://${encodeURI(address)}`;
  // user@host:path, as ssh users write it
  return `git+ssh://${address.replace(':', '/')}`;
}

/**
 * One form for all ways to write the same repository: `git+` or not, scheme and host in lower case, no default port, no
 * credentials of the web, no `.git` and no slash at the end. The path keeps its case. For comparing, not for fetching.
 */
export function canonicalGitUri(repository: string): string {
  const uri = gitUri(repository.replace(/^git\+/, ''));
  // As https, so that URL treats every scheme's host and path alike; a file has no host.
  const [, scheme = '', rest = ''] = /^git\+([^:]+):\/\/(.*)$/s.exec(uri) ?? [];
  const base = `git+${scheme.toLowerCase()}://`;
  if (scheme.toLowerCase() === 'file') return base + withoutEnd(new URL(`https://file${rest}`).pathname);
  if (!URL.canParse(`https://${rest}`)) return uri;
  const { username, hostname, port, pathname, search, hash } = new URL(`https://${rest}`);
  return `${base}${username && `${username}@`}${hostname}${withoutDefault(port, scheme)}${withoutEnd(pathname)}${search}${hash}`;
}

const withoutEnd = (path: string): string => path.replace(/\/+$/, '').replace(/\.git$/, '');
const withoutDefault = (port: string, scheme: string): string => (port === '' || DEFAULT_PORTS[scheme.toLowerCase()] === port ? '' : `:${port}`);
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', ssh: '22', git: '9418' };
