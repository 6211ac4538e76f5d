import { Injectable } from '@nestjs/common';
import type { CommandAnswer } from '@slipway/kernel';
import {
  type ApplicationSpec,
  type Candidate,
  candidateDecider,
  candidateNamed,
  candidateStream,
  type CherryPick,
  type CutCandidate,
  nextCandidate,
} from '@slipway/planning';
import { type Call, CommandHandler } from '@slipway/service-kit';
import { Applications } from './applications.js';
import { candidateRef } from './candidate-ref.js';
import { changesSince } from './changes-since.js';
import { Mirrors } from './mirrors.js';
import { once } from './once.js';

const HEAD = 'HEAD';

/**
 * Cuts and cherry-picks. What git says is looked up once for a command: when another cut was faster and the decision is made
 * anew, it is about the same commit, though the branch may have moved. A repeated command does not ask git at all.
 */
@Injectable()
export class Candidates {
  constructor(
    private readonly handler: CommandHandler,
    private readonly applications: Applications,
    private readonly mirrors: Mirrors,
  ) {}

  /** Throws APPLICATION_NOT_FOUND, REF_NOT_FOUND, REPOSITORY_UNREACHABLE. */
  cut(command: CutCandidate, call: Call): Promise<CommandAnswer> {
    const lookUp = once(async () => {
      const spec = await this.applications.get(command.application);
      const mirror = await this.mirrors.fetched(spec.repository);
      const commit = await mirror.commit(await mirror.resolve(command.ref ?? HEAD, spec.mainline));
      return { spec, mirror, commit };
    });
    return this.handler.handle(candidateDecider, candidateStream(command.application), 'CutCandidate', command, call, async (state) => {
      const { spec, mirror, commit } = await lookUp();
      return { spec, commit, ...(await changesSince(mirror, state.at(-1), commit.sha)) };
    });
  }

  /**
   * Throws APPLICATION_NOT_FOUND, CANDIDATE_NOT_FOUND, REF_NOT_FOUND, CHERRY_PICK_CONFLICT with a reason for each file,
   * CHERRY_PICK_EMPTY, GIT_PUSH_REFUSED, REPOSITORY_UNREACHABLE. Whatever it throws, there is no candidate.
   */
  cherryPick(command: CherryPick, call: Call): Promise<CommandAnswer> {
    const application = once(() => this.applications.get(command.application));
    const pick = once((spec: ApplicationSpec, base: Candidate) => this.pick(command, spec, base));
    return this.handler.handle(candidateDecider, candidateStream(command.application), 'CherryPick', command, call, async (state) => {
      const spec = await application();
      const base = candidateNamed(state, command.application, command.candidate);
      const { mirror, commit, picks } = await pick(spec, base);
      // Before the event: a candidate whose commit nobody can fetch must not be in the log.
      await mirror.publish(commit.sha, candidateRef(nextCandidate(state, base.version).candidate, commit.sha));
      return { spec, commit, picks, ...(await changesSince(mirror, state.at(-1), commit.sha)) };
    });
  }

  /** The candidate of that name; null if it was never cut. */
  async find(application: string, candidate: string): Promise<Candidate | null> {
    const { state } = await this.handler.load(candidateDecider, candidateStream(application));
    return state.find((each) => each.candidate === candidate) ?? null;
  }

  private async pick({ commits }: CherryPick, spec: ApplicationSpec, base: Candidate) {
    const mirror = await this.mirrors.fetched(spec.repository);
    const resolved: string[] = [];
    for (const commit of commits) resolved.push(await mirror.resolve(commit, spec.mainline));
    const { commit, picks } = await mirror.cherryPick({ base: base.commit, commits: resolved });
    return { mirror, picks, commit: await mirror.commit(commit) };
  }
}
