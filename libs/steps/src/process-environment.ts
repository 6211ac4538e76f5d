/** All that a command sees of the service's environment: the service's credentials must not reach it. */
export function processEnvironment(home: string, variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    HOME: home,
    ...variables,
  };
}
