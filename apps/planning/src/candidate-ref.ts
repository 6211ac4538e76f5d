/**
 * Where a candidate's own commit is kept upstream. It is published before the event, so a crash or a faster cut may leave
 * one that the log does not confirm; with the commit in its name no such leftover, and no other application of the same
 * repository, can be in the way of the candidate that gets the name. Publishing it again is harmless.
 */
export const candidateRef = (candidate: string, commit: string): string => `refs/slipway/candidates/${candidate}/${commit}`;
