import { Injectable } from '@nestjs/common';
import {
  type AdmissionAt,
  releasePlanAdmissionDecider,
  type ReleasePlanAdmissionState,
  releasePlanAdmissionStream,
  type WriteReleasePlanAdmission,
} from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { provenanceTrustFrom } from '@slipway/provenance';
import { type Call, CommandHandler } from '@slipway/service-kit';

@Injectable()
export class ReleasePlanAdmissions {
  constructor(private readonly handler: CommandHandler) {}

  /** Throws POLICY_INVALID, TRUST_INVALID. */
  async write(command: WriteReleasePlanAdmission, call: Call): Promise<CommandAnswer> {
    // Here and not in the decider, which knows no cryptography: a key that can't be used is its author's slip.
    if (command.trust) provenanceTrustFrom(command.trust);
    return this.handler.handle(releasePlanAdmissionDecider, releasePlanAdmissionStream(command.admission), 'WriteReleasePlanAdmission', command, call);
  }

  recordMatch(admission: string, match: { plan: string; planRevision: number; application: string }, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(releasePlanAdmissionDecider, releasePlanAdmissionStream(admission), 'RecordMatch', match, call);
  }

  recordUnmatch(admission: string, unmatch: { plan: string; planRevision: number }, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(releasePlanAdmissionDecider, releasePlanAdmissionStream(admission), 'RecordUnmatch', unmatch, call);
  }

  async load(admission: string): Promise<ReleasePlanAdmissionState> {
    return (await this.handler.load(releasePlanAdmissionDecider, releasePlanAdmissionStream(admission))).state;
  }

  /** As they are written today. A name under which nothing was written is left out. */
  async current(admissions: Iterable<string>): Promise<AdmissionAt[]> {
    const states = await Promise.all([...admissions].map((admission) => this.load(admission)));
    return states.flatMap(({ current }) => current ?? []);
  }
}
