import { Injectable } from '@nestjs/common';
import type { BuildSubject } from '@slipway/build';
import { Views } from '@slipway/service-kit';

export interface OpenBuild {
  readonly stream: string;
  readonly subject: BuildSubject;
  /** Of the request, so that what the worker records belongs to the same chain. */
  readonly correlationId: string;
}

interface Row {
  readonly stream: string;
  readonly subject: string;
  readonly correlationId: string;
}

/** Builds that were requested and have no outcome yet. A hint: the stream decides what may be taken. */
@Injectable()
export class OpenBuilds {
  constructor(private readonly views: Views) {}

  /** Oldest request first. */
  list(): OpenBuild[] {
    const rows = this.views.db.prepare<[], Row>('select stream, subject, correlation_id as correlationId from open_builds order by requested_at').all();
    return rows.map((row) => ({ ...row, subject: JSON.parse(row.subject) as BuildSubject }));
  }

  onChange(listener: () => void): void {
    this.views.onApplied(listener);
  }
}
