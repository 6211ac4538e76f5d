import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { releasePlanAdmissionStream } from '@slipway/admission/contract';
import { type Grants, hiddenFrom, workspaceOf } from '@slipway/identity';
import { privateValuesIn } from '@slipway/query';
import { type AuditEntry, AuditLog, AuditState, AuditTrail } from '@slipway/query/contract';
import { type Call, CurrentCall, demand, OnQuery, Views } from '@slipway/service-kit';
import { privateMask } from '@slipway/steps/mask';
import type { Database } from 'better-sqlite3';
import { auditLog, auditState, auditTrail } from './record.reader.js';

/** What auditors ask. */
@Controller()
export class AuditController {
  constructor(private readonly views: Views) {}

  @OnQuery(AuditTrail)
  trail(@Payload() query: AuditTrail, @CurrentCall() call: Call) {
    const trail = auditTrail(this.views.db, query);
    demand(call, 'evidence.read', workspaceOf(query.release), ...managedIn(trail));
    return discreet(trail, this.views.db, workspaceOf(query.release), call.grants);
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

/** Without the values that are private in managed workspaces where the caller has no role. Who reads the whole log has one in all. */
function discreet(trail: readonly AuditEntry[], db: Database, tenant: string, grants: Grants): AuditEntry[] {
  const mask = privateMask(hiddenFrom(grants, privateValuesIn(db, tenant)).map(({ value }) => value));
  return trail.map((entry) => ({ ...entry, text: mask.text(entry.text) }));
}
