import { Injectable } from '@nestjs/common';
import { reviewDecider, type ReviewState } from '@slipway/admission';
import { derivedId } from '@slipway/event-store';
import { type Call, CommandHandler } from '@slipway/service-kit';
import { Directory } from './directory.js';
import { Lookup } from './lookup.js';
import { type OpenReview, OpenReviews } from './open-reviews.js';
import { ReleaseEnds } from './release-ends.js';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';

/**
 * Brings a review as far as it can go: closed when its release ended, else matched and evaluated. All of it follows from
 * the streams as they are now, so it may be asked at any time, twice, or by several replicas at once.
 */
@Injectable()
export class Assessments {
  constructor(
    private readonly handler: CommandHandler,
    private readonly lookup: Lookup,
    private readonly admissions: ReleasePlanAdmissions,
    private readonly directory: Directory,
    private readonly openReviews: OpenReviews,
    private readonly releaseEnds: ReleaseEnds,
  ) {}

  async assess(stream: string, call: Call): Promise<void> {
    const { thing, closed } = (await this.handler.load(reviewDecider, stream)).state;
    if (!thing || closed) return;
    // What follows belongs to the request that the review began with, whoever woke it up.
    const part = { ...call, correlationId: this.openReviews.find(stream)?.correlationId ?? call.correlationId };
    const end = thing.subject.kind === 'release' ? await this.releaseEnds.of(thing.subject.release) : null;
    if (end) {
      await this.handler.handle(reviewDecider, stream, 'CloseReview', { reason: end }, as(part, `CloseReview ${end}`));
      return;
    }
    await this.handler.handle(reviewDecider, stream, 'MatchRelease', {}, as(part, 'MatchRelease'), async (state) => ({
      admissions: await this.admissions.current(this.candidates(state)),
    }));
    await this.handler.handle(reviewDecider, stream, 'EvaluateReview', {}, as(part, 'EvaluateReview'), async (state) => ({
      facts: await this.lookup.evaluation(state),
    }));
  }

  /** One that fails keeps no other from its turn. @throws AggregateError */
  async assessAll(reviews: readonly OpenReview[], callFor: (review: OpenReview) => Call): Promise<void> {
    const errors: unknown[] = [];
    for (const review of reviews) await this.assess(review.stream, callFor(review)).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${reviews.length} reviews could not be assessed`);
  }

  /** The index may be behind the log; what the review itself knows of is never left out. */
  private candidates({ thing, matched }: ReviewState): Set<string> {
    if (!thing) return new Set();
    const known = [matched?.admission, thing.admission && `${thing.target}/${thing.admission}`].filter((name) => name !== undefined);
    return new Set([...this.directory.admissionsOf(thing.target), ...known]);
  }
}

/** One call leads to several commands on a stream, and each needs an id of its own. */
const as = (call: Call, command: string): Call => ({ ...call, commandId: derivedId(call.commandId, command) });
