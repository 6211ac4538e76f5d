import { Injectable } from '@nestjs/common';
import { Views } from '@slipway/service-kit';

/** Names of plans and admissions, from the index. */
@Injectable()
export class Directory {
  constructor(private readonly views: Views) {}

  plansFor(workspace: string): string[] {
    return this.names('select plan from plans where target = ? order by plan', workspace);
  }

  admissionsOf(workspace: string): string[] {
    return this.names('select admission from admissions where workspace = ? order by admission', workspace);
  }

  admissionsMatchedBy(plan: string): string[] {
    return this.names('select admission from matches where plan = ? order by admission', plan);
  }

  private names(sql: string, parameter: string): string[] {
    return this.views.db.prepare<[string], string>(sql).pluck().all(parameter);
  }
}
