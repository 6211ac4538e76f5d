import type { Exception } from './exception.events.js';

/** Who made a release. */
export interface Authors {
  /** Who requested it. */
  readonly author: string;
  readonly candidateAuthor: string;
  /** E-mail addresses of the authors of its changes, lower case. Missing in releases that were requested before this was recorded. */
  readonly changeAuthors?: readonly string[];
}

/** What somebody did for a release, so that their word does not let it in; undefined: nothing that is known. */
export function authorship({ author, candidateAuthor, changeAuthors = [] }: Authors, actor: string, emails: readonly string[]): string | undefined {
  if (actor === author) return 'requested the release';
  if (actor === candidateAuthor) return 'cut the candidate';
  // Where people are named by their address, the name says it as well.
  const own = [...emails, actor.slice(actor.indexOf(':') + 1)].find((email) => changeAuthors.includes(email.toLowerCase()));
  return own === undefined ? undefined : `wrote a change in it (as ${own})`;
}

/** Those who wrote an exception for the release in this environment: they let it past one gate, so another person must answer for the next. */
export const excepters = (exceptions: readonly Exception[], release: string, environment: string): string[] => [
  ...new Set(exceptions.filter((each) => each.release === release && each.environment === environment).map(({ by }) => by)),
];
