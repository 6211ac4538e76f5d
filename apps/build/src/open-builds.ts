import { Injectable } from '@nestjs/common';
import type { BuildSubject } from '@slipway/build';
import { type Cause, Views } from '@slipway/service-kit';

export interface OpenBuild {
  readonly stream: string;
  readonly subject: BuildSubject;
  /** The chain of the request, to which what the worker records belongs as well. */
  readonly cause: Cause;
}

interface Row extends Cause {
  readonly stream: string;
  readonly subject: string;
}

/** Builds that were requested and have no outcome yet. A hint: the stream decides what may be taken. */
@Injectable()
export class OpenBuilds {
  constructor(private readonly views: Views) {}

  /** Oldest request first. */
  list(): OpenBuild[] {
    const rows = this.views.db.prepare<[], Row>('select stream, subject, correlation_id as correlationId, on_behalf_of as onBehalfOf from open_builds order by requested_at').all();
    return rows.map(({ stream, subject, ...cause }) => ({ stream, subject: JSON.parse(subject) as BuildSubject, cause }));
  }

  onChange(listener: () => void): void {
    this.views.onApplied(listener);
  }
}
