import { Injectable } from '@nestjs/common';
import { Views } from '@slipway/service-kit';

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

  /** Of the request, so that what the worker records belongs to the same chain. */
  correlationId(target: string, deployment: string): string | undefined {
    return this.views.db
      .prepare<[string, string], string>('select correlation_id from open_deployments where target = ? and deployment = ?')
      .pluck()
      .get(target, deployment);
  }

  onChange(listener: () => void): void {
    this.views.onApplied(listener);
  }
}
