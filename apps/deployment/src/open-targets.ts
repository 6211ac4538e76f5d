import { Injectable } from '@nestjs/common';
import { type Cause, Views } from '@slipway/service-kit';

export interface OpenTarget {
  readonly target: string;
  /** Grows whenever a look may find something new. */
  readonly changed: string;
  /** ISO 8601; null: nothing runs there. */
  readonly leaseUntil: string | null;
}

/** Targets where a deployment waits or runs. A hint: the stream decides what may be taken. */
@Injectable()
export class OpenTargets {
  constructor(private readonly views: Views) {}

  /** What has waited longest comes first. */
  list(): OpenTarget[] {
    return this.views.db
      .prepare<[], OpenTarget>('select target, max(changed) as changed, max(lease_until) as leaseUntil from open_deployments group by target order by changed')
      .all();
  }

  /** The chain of the request, to which what the worker records belongs as well. Undefined: the index does not have it yet. */
  cause(target: string, deployment: string): Cause | undefined {
    return this.views.db
      .prepare<[string, string], Cause>('select correlation_id as correlationId, on_behalf_of as onBehalfOf from open_deployments where target = ? and deployment = ?')
      .get(target, deployment);
  }

  onChange(listener: () => void): void {
    this.views.onApplied(listener);
  }
}
