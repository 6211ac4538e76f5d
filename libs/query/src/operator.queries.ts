import { IsCandidateName, IsQualifiedName, IsTargetName, Query, type Reason } from '@slipway/kernel';
import type { CandidateOrigin, Commit } from '@slipway/planning/contract';
import { IsInt, IsISO8601, IsOptional, Max, Min } from 'class-validator';

export interface ApplicationRow {
  readonly application: string;
  readonly repository: string;
  readonly mainline: string;
  readonly components: readonly string[];
  readonly lastCandidate: string | null;
}
export class ListApplications extends Query<ApplicationRow[]> {}

export interface PlanRow {
  readonly plan: string;
  readonly application: string;
  readonly target: string;
  readonly revision: number;
  /** The admissions that name this plan's application and origin and are named by it. One: matched. */
  readonly matches: readonly { readonly admission: string; readonly planRevision: number; readonly admissionRevision: number }[];
}
export class ListPlans extends Query<PlanRow[]> {}

export interface AdmissionRow {
  readonly admission: string;
  readonly origin: string;
  readonly applications: readonly string[];
  readonly environments: readonly string[];
  readonly revision: number;
}
export class ListAdmissions extends Query<AdmissionRow[]> {}

export interface FreezeRow {
  readonly freeze: string;
  readonly environments: readonly string[];
  readonly from: string;
  readonly until: string | null;
  readonly reason: string;
  readonly by: string;
  readonly holdsRollbacks: boolean;
}
/** Freezes that were not lifted. */
export class ListFreezes extends Query<FreezeRow[]> {}

export type BuildStatus = 'none' | 'requested' | 'running' | 'succeeded' | 'failed' | 'errored';

export interface CandidateRow {
  readonly application: string;
  readonly candidate: string;
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  readonly cutAt: string;
  readonly changeCount: number;
  readonly build: BuildStatus;
  readonly snapshot: string | null;
  /** Why the build failed or errored. */
  readonly reason: Reason | null;
}
export class ListCandidates extends Query<CandidateRow[]> {
  @IsOptional()
  @IsQualifiedName()
  readonly application?: string;
}

export interface CandidateContents extends CandidateRow {
  readonly origin: CandidateOrigin;
  readonly previous: { readonly candidate: string; readonly commit: string } | null;
  readonly changes: readonly Commit[];
  readonly artifacts: readonly { readonly component: string; readonly path: string; readonly digest: string; readonly size: number; readonly mediaType: string }[];
  readonly buildLog: string | null;
}
/** NOT found: null. */
export class ShowCandidate extends Query<CandidateContents | null> {
  @IsQualifiedName()
  readonly application!: string;

  @IsCandidateName()
  readonly candidate!: string;
}

/** `waiting` and the five ends are never folded into one word. */
export type ReleaseStatus = 'requested' | 'waiting' | 'deploying' | 'completed' | 'denied' | 'failed' | 'errored' | 'cancelled';

export interface ReleaseRow {
  readonly release: string;
  readonly application: string;
  readonly candidate: string;
  readonly plan: string;
  readonly snapshot: string;
  readonly status: ReleaseStatus;
  /** Where it waits, runs or ended; null before it was matched. */
  readonly environment: string | null;
  /** What it waits for, or why it ended. */
  readonly reasons: readonly Reason[];
  readonly author: string;
  readonly requestedAt: string;
}
export class ListReleases extends Query<ReleaseRow[]> {
  @IsOptional()
  @IsQualifiedName()
  readonly application?: string;

  @IsOptional()
  @IsQualifiedName()
  readonly release?: string;

  /** Newest first. Default 100. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  readonly limit?: number;
}

export interface TimelineEntry {
  readonly position: string;
  readonly at: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly actor: string;
  readonly environment: string | null;
  /** One sentence. */
  readonly text: string;
}
/** All that happened to one release, in the order of the log: its own stream, its reviews, its deployments. */
export class ReleaseTimeline extends Query<TimelineEntry[]> {
  @IsQualifiedName()
  readonly release!: string;
}

export type DeploymentStatus = 'in review' | 'queued' | 'running' | 'succeeded' | 'failed' | 'errored' | 'denied' | 'cancelled';

export interface DeploymentRow {
  readonly target: string;
  readonly deployment: string;
  readonly kind: 'release' | 'rollback';
  readonly release: string;
  readonly candidate: string;
  readonly snapshot: string;
  /** Component → digest of its manifest. */
  readonly digests: Readonly<Record<string, string>>;
  readonly status: DeploymentStatus;
  readonly requestedAt: string;
  readonly endedAt: string | null;
  /** The event that a rollback replays. */
  readonly cites: { readonly stream: string; readonly revision: number; readonly deployment: string } | null;
  readonly reason: Reason | null;
}

export interface MatrixRow {
  readonly target: string;
  readonly workspace: string;
  readonly environment: string;
  readonly application: string;
  /** What runs there by the log: the last deployment that succeeded. */
  readonly current: { readonly deployment: string; readonly candidate: string; readonly snapshot: string; readonly since: string } | null;
  /** The newest deployment, whatever became of it. */
  readonly last: { readonly deployment: string; readonly status: DeploymentStatus; readonly candidate: string } | null;
  readonly hold: { readonly reason: string; readonly by: string; readonly since: string } | null;
}
/** What is where. */
export class EnvironmentMatrix extends Query<MatrixRow[]> {
  @IsOptional()
  @IsQualifiedName()
  readonly application?: string;

  /** What was where at that time. Default: now. `last` and `hold` are only told for now. */
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly at?: string;
}

/** All deployments of a target, newest first. */
export class TargetHistory extends Query<DeploymentRow[]> {
  @IsTargetName()
  readonly target!: string;
}

export interface WaitingRow {
  readonly kind: 'build' | 'release' | 'rollback' | 'deployment';
  /** Of what waits: a candidate, a release, or a deployment of a target. */
  readonly id: string;
  readonly application: string;
  readonly environment: string | null;
  readonly reasons: readonly Reason[];
  readonly since: string;
}
/** Everything that does not move, and why. */
export class WaitingList extends Query<WaitingRow[]> {}
