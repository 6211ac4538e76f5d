import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { AuditLog, AuditState, AuditTrail } from '@slipway/query/contract';
import { OnQuery, Views } from '@slipway/service-kit';
import { auditLog, auditState, auditTrail } from './record.reader.js';

/** What auditors ask. */
@Controller()
export class AuditController {
  constructor(private readonly views: Views) {}

  @OnQuery(AuditTrail)
  trail(@Payload() query: AuditTrail) {
    return auditTrail(this.views.db, query);
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
