import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { releasePlanAdmissionStream } from '@slipway/admission/contract';
import { workspaceOf } from '@slipway/identity';
import { type AuditEntry, AuditLog, AuditState, AuditTrail } from '@slipway/query/contract';
import { type Call, CurrentCall, demand, OnQuery, Views } from '@slipway/service-kit';
import { auditLog, auditState, auditTrail } from './record.reader.js';

/** What auditors ask. */
@Controller()
export class AuditController {
  constructor(private readonly views: Views) {}

  @OnQuery(AuditTrail)
  trail(@Payload() query: AuditTrail, @CurrentCall() call: Call) {
    const trail = auditTrail(this.views.db, query);
    demand(call, 'evidence.read', workspaceOf(query.release), ...managedIn(trail));
    return trail;
  }

  @OnQuery(AuditLog)
  log(@Payload() query: AuditLog) {
    return auditLog(this.views.db, query);
  }

  @OnQuery(AuditState)
  state(@Payload() _query: AuditState) {
    return auditState(this.views.db);
  }
}

const ADMISSION = releasePlanAdmissionStream('');

/** The managed workspaces whose admissions a release was matched with. */
const managedIn = (trail: readonly AuditEntry[]): string[] =>
  trail.filter(({ stream }) => stream.startsWith(ADMISSION)).map(({ stream }) => workspaceOf(stream.slice(ADMISSION.length)));
