/** Does the work at the first call; every later call, whatever it is given, gets the first one's result. */
export function once<Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result> {
  let result: Promise<Result> | undefined;
  return (...args) => (result ??= work(...args));
}
