import { Inject, Injectable } from '@nestjs/common';
import { type ReviewAdmitted, reviewDecider, type ReviewDenied, type ReviewedThing } from '@slipway/admission';
import { ArtifactStore } from '@slipway/artifact-store';
import { targetName } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { codeOf } from '@slipway/kernel';
import { type Decision, ENVELOPE_MEDIA_TYPE, PAYLOAD_TYPE, signEnvelope, SUMMARY_PREDICATE_TYPE, verificationSummary } from '@slipway/provenance';
import { CommandHandler, type Logger, LOGGER, type Reactor } from '@slipway/service-kit';
import { AdmissionConfig } from './admission.config.js';
import { SigningKey } from './signing-key.js';

type Decided = ReviewAdmitted | ReviewDenied;

/**
 * A decision is attested where the snapshot is, for those who have no log to ask. The summary is made of the event alone and
 * Ed25519 is deterministic, so the event that comes again gives the same bytes (docs/adr/0009-signed-provenance-and-decisions.md).
 */
@Injectable()
export class WhenReviewDecided implements Reactor<Decided> {
  readonly on = ['ReviewAdmitted', 'ReviewDenied'] as const;

  constructor(
    private readonly config: AdmissionConfig,
    private readonly handler: CommandHandler,
    private readonly key: SigningKey,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async handle(event: RecordedEvent<Decided>): Promise<void> {
    const directory = this.config.SLIPWAY_ARTIFACTS;
    const { thing } = (await this.handler.load(reviewDecider, event.stream)).state;
    if (!directory || !thing) return;
    const envelope = signEnvelope(PAYLOAD_TYPE, verificationSummary(decisionOf(event, thing)), [this.key]);
    try {
      await (await ArtifactStore.open(directory)).attach(thing.snapshot.digest, envelope, {
        mediaType: ENVELOPE_MEDIA_TYPE,
        artifactType: PAYLOAD_TYPE,
        predicateType: SUMMARY_PREDICATE_TYPE,
        reference: `decision-${event.id}`,
      });
    } catch (error) {
      // It was decided all the same, and what comes next in the stream must not wait for a store that was cleared.
      if (codeOf(error) !== 'ARTIFACT_NOT_FOUND') throw error;
      this.logger.warn({ err: error, stream: event.stream, eventId: event.id }, 'a decision was not attested: its snapshot is not in the artifact store');
    }
  }
}

function decisionOf({ id, type, stream, revision, recordedAt, data }: RecordedEvent<Decided>, { application, candidate, snapshot, target, subject }: ReviewedThing): Decision {
  const { pins, environment } = data;
  return {
    application,
    candidate,
    snapshot: snapshot.digest,
    target: targetName(target, environment, application),
    admission: pins.admission,
    admissionRevision: pins.admissionRevision,
    policyDigest: pins.policyDigest,
    ...(pins.provenance && { provenance: pins.provenance.digest }),
    admitted: type === 'ReviewAdmitted',
    reasons: 'reasons' in data ? data.reasons : [],
    release: subject.release,
    event: { id, stream, revision, recordedAt },
  };
}
