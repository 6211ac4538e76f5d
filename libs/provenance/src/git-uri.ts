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
