import { type Grants, hiddenFrom, SIDES, sidesOf, sightOf, workspaceOf } from '@slipway/identity';
import type { Reason } from '@slipway/kernel';
import { privateValuesIn } from '@slipway/query';
import type { AdmissionRow, ApplicationRow, CandidateRow, DeploymentRow, FreezeRow, MatrixRow, PlanRow, ReleaseRow, TimelineEntry, WaitingRow } from '@slipway/query/contract';
import { privateMask, type SecretMask } from '@slipway/steps/mask';
import type { Database } from 'better-sqlite3';

/** What a caller sees of the views: the rules of libs/identity's sight, over the columns and tables that hold what they need. */
export class Sight {
  private readonly sees: ReturnType<typeof sightOf>;
  /** By tenant. */
  private readonly masks = new Map<string, SecretMask>();

  constructor(
    private readonly db: Database,
    private readonly grants: Grants,
  ) {
    this.sees = sightOf(grants);
  }

  readonly application = ({ application }: Pick<ApplicationRow | CandidateRow, 'application'>): boolean => this.sees(sidesOfApplication(this.db, application));
  readonly plan = ({ plan, target }: Pick<PlanRow, 'plan' | 'target'>): boolean => this.sees(SIDES.plan(plan, target));
  readonly admission = ({ admission, origin }: Pick<AdmissionRow, 'admission' | 'origin'>): boolean => this.sees(SIDES.admission(admission, origin));
  readonly freeze = ({ freeze }: Pick<FreezeRow, 'freeze'>): boolean => this.sees(SIDES.freeze(freeze));
  readonly release = ({ release, plan }: Pick<ReleaseRow, 'release' | 'plan'>): boolean => this.sees(SIDES.release(release, targetOfPlan(this.db, plan)));
  readonly target = ({ target }: Pick<MatrixRow, 'target'>): boolean => this.sees(SIDES.target(target));

  readonly waiting = (row: Pick<WaitingRow, 'kind' | 'id' | 'application'>): boolean => {
    if (row.kind === 'build') return this.application(row);
    return row.kind === 'release' ? this.sees(sidesOfRelease(this.db, row.id)) : this.target({ target: row.id });
  };

  /** Rows about what becomes of a tenant's own, with their words as the caller may read them. */
  readonly tellRelease = (row: ReleaseRow): ReleaseRow => ({ ...row, reasons: this.reasons(row.reasons, workspaceOf(row.release)) });
  readonly tellWaiting = (row: WaitingRow): WaitingRow => ({ ...row, reasons: this.reasons(row.reasons, workspaceOf(row.application)) });
  readonly tellTarget = (row: MatrixRow): MatrixRow => ({ ...row, hold: row.hold && { ...row.hold, reason: this.maskFor(sidesOf(row.target).tenant).text(row.hold.reason) } });
  readonly tellDeployment = (row: DeploymentRow): DeploymentRow => ({ ...row, reason: row.reason && this.reasons([row.reason], sidesOf(row.target).tenant)[0]! });
  readonly tellEntry =
    (release: string) =>
    (entry: TimelineEntry): TimelineEntry => ({ ...entry, text: this.maskFor(workspaceOf(release)).text(entry.text) });

  private reasons(reasons: readonly Reason[], tenant: string): Reason[] {
    return reasons.map((reason) => ({ ...reason, message: this.maskFor(tenant).text(reason.message) }));
  }

  /** Hides what is private in managed workspaces that the caller does not read. */
  private maskFor(tenant: string): SecretMask {
    let mask = this.masks.get(tenant);
    if (mask) return mask;
    const hidden = hiddenFrom(this.grants, privateValuesIn(this.db, tenant));
    this.masks.set(tenant, (mask = privateMask(hidden.map(({ value }) => value))));
    return mask;
  }
}

/** The workspaces on either side of an application: its own, and those that its plans name. */
export const sidesOfApplication = (db: Database, application: string): string[] => SIDES.application(application, targetsOf(db, application));

/** The workspaces on either side of a release: its own, and that of its plan. */
export function sidesOfRelease(db: Database, release: string): string[] {
  const plan = db.prepare<[string]>('select plan from releases where release = ?').pluck().get(release) as string | undefined;
  return SIDES.release(release, plan === undefined ? [] : targetOfPlan(db, plan));
}

const targetsOf = (db: Database, application: string): string[] => db.prepare<[string]>('select distinct target from plans where application = ?').pluck().all(application) as string[];

const targetOfPlan = (db: Database, plan: string): string[] => db.prepare<[string]>('select target from plans where plan = ?').pluck().all(plan) as string[];
