import { type Command, type Decider, never, SlipwayError } from '@slipway/kernel';
import type { ApplicationSpec } from './application.events.js';
import type { CherryPick, CutCandidate } from './candidate.commands.js';
import type { CandidateCut, CandidateEvent, CandidateOrigin, Commit } from './candidate.events.js';

/** What git and the registry said about the commit that becomes a candidate. */
export interface CutFacts {
  readonly commit: Commit;
  /** Commits since the state's last candidate, newest first, at most 1,000 of them. */
  readonly changes: readonly Commit[];
  readonly changeCount: number;
  /** The application as it is at the cut. */
  readonly spec: ApplicationSpec;
}

export interface PickFacts extends CutFacts {
  /** Each picked commit, and the commit that it became on top of the base. */
  readonly picks: readonly { readonly from: string; readonly as: string }[];
}

export type CandidateCommand = (Command<'CutCandidate', CutCandidate> & CutFacts) | (Command<'CherryPick', CherryPick> & PickFacts);

/** A candidate in short. */
export interface Candidate {
  readonly candidate: string;
  readonly version: string;
  readonly number: number;
  /** Full sha. */
  readonly commit: string;
  /** Who cut it. */
  readonly author: string;
  /** E-mail addresses, lower case, of those who wrote what came with it and with the candidates of its version before it. */
  readonly changeAuthors: readonly string[];
}

/** All candidates of one application, oldest first. */
export type CandidateState = readonly Candidate[];

const FIRST_VERSION = '0.1.0';
const HEAD = 'HEAD';

/** The candidates of one application. They form one line: each names the one before it, and no number is given twice. */
export const candidateDecider: Decider<CandidateCommand, CandidateState, CandidateEvent> = {
  initial: () => [],

  evolve(state, event) {
    switch (event.type) {
      case 'CandidateCut': {
        const { candidate, version, number, commit, author } = event.data;
        return [...state, { candidate, version, number, commit: commit.sha, author, changeAuthors: changeAuthors(state, event.data) }];
      }
      default:
        return never(event.type);
    }
  },

  /** Throws CANDIDATE_NOT_FOUND for a cherry-pick on a candidate that was never cut. */
  decide(command, state) {
    switch (command.type) {
      case 'CutCandidate': {
        const version = command.data.version ?? state.at(-1)?.version ?? FIRST_VERSION;
        return [candidateCut(command, state, version, { kind: 'ref', ref: command.data.ref ?? HEAD })];
      }
      case 'CherryPick': {
        const base = candidateNamed(state, command.data.application, command.data.candidate);
        return [candidateCut(command, state, base.version, { kind: 'cherryPick', base: base.candidate, picks: command.picks })];
      }
      default:
        return never(command);
    }
  },
};

/** A later candidate of a version holds what the earlier ones brought: their authors stay its authors. */
function changeAuthors(state: CandidateState, { version, commit, changes }: CandidateCut['data']): readonly string[] {
  const before = state.findLast((each) => each.version === version)?.changeAuthors ?? [];
  return [...new Set([...before, ...[commit, ...changes].map(({ author }) => emailOf(author))])].sort();
}

/** `Name <mail>` → `mail`, lower case; the whole where it has another form. */
const emailOf = (author: string): string => (/<([^<>]*)>\s*$/.exec(author)?.[1] ?? author).trim().toLowerCase();

/** The candidate of that name. Throws CANDIDATE_NOT_FOUND. */
export function candidateNamed(state: CandidateState, application: string, candidate: string): Candidate {
  const found = state.find((each) => each.candidate === candidate);
  if (!found) throw new SlipwayError('CANDIDATE_NOT_FOUND', `${application} has no candidate ${candidate}`);
  return found;
}

/** The name and number that the next candidate of a version gets. */
export function nextCandidate(state: CandidateState, version: string): { candidate: string; number: number } {
  const number = (state.findLast((each) => each.version === version)?.number ?? 0) + 1;
  return { candidate: `${version}-rc${number}`, number };
}

function candidateCut(command: CandidateCommand, state: CandidateState, version: string, origin: CandidateOrigin): CandidateCut {
  const { spec, commit, changes, changeCount, actor } = command;
  const last = state.at(-1);
  return {
    type: 'CandidateCut',
    data: {
      application: spec.application,
      ...nextCandidate(state, version),
      version,
      commit,
      origin,
      previous: last ? { candidate: last.candidate, commit: last.commit } : null,
      changes,
      changeCount,
      repository: spec.repository,
      components: spec.components,
      author: actor,
    },
  };
}
