import { Inject, Injectable } from '@nestjs/common';
import type { BuildSubject } from '@slipway/build';
import type { EventStore, RecordedEvent } from '@slipway/event-store';
import { SlipwayError } from '@slipway/kernel';
import { type CandidateCut, type CandidateEvent, candidateStream } from '@slipway/planning/contract';
import { EVENT_STORE } from '@slipway/service-kit';

/** What was cut, as planning's streams have it. */
@Injectable()
export class Candidates {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** What there is to build of a candidate. @throws SlipwayError CANDIDATE_NOT_FOUND */
  async subject(application: string, candidate: string): Promise<BuildSubject> {
    for await (const event of this.store.read(candidateStream(application)) as AsyncIterable<RecordedEvent<CandidateEvent>>) {
      if (event.type === 'CandidateCut' && event.data.candidate === candidate) return subjectOf(event.data);
    }
    throw new SlipwayError('CANDIDATE_NOT_FOUND', `${application} has no candidate ${candidate}`);
  }
}

/** What a build needs of a cut, pinned there. */
function subjectOf({ application, candidate, repository, commit, components }: CandidateCut['data']): BuildSubject {
  return { application, candidate, repository, commit: commit.sha, components };
}
