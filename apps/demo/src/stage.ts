import { type CandidateContents, ListReleases, type ReleaseRow, ShowCandidate, TargetHistory, type DeploymentRow } from '@slipway/query/contract';
import { ApproveRelease } from '@slipway/admission/contract';
import { CutCandidate, RequestRelease } from '@slipway/planning/contract';
import type { CommandAnswer } from '@slipway/kernel';
import { CI, RIA, SAM } from './cast.js';
import { APPLICATION, type Environment, PLAN, type Ports, targetOf } from './manifests.js';
import type { Operator } from './operator.js';
import type { Report } from './report.js';
import type { SampleApplication } from './sample-application.js';

const ENDS: readonly ReleaseRow['status'][] = ['completed', 'denied', 'failed', 'errored', 'cancelled'];

/** What the chapters of the demo share: the people, the application, and the moves that come again and again. */
export class Stage {
  constructor(
    readonly operator: Operator,
    readonly report: Report,
    readonly shop: SampleApplication,
    readonly ports: Ports,
    /** Called between the moves; a test kills services here. */
    readonly between: (moment: string) => Promise<void>,
  ) {}

  /** Cuts a candidate from the trunk and waits until it is built. */
  async cut(version: string): Promise<CandidateContents> {
    await this.between(`cut ${version}`);
    const answer = await this.operator.command(CI, CutCandidate, { application: APPLICATION, version });
    return this.built(fact<{ candidate: string }>(answer, 'CandidateCut').candidate);
  }

  async built(candidate: string): Promise<CandidateContents> {
    await this.between(`build ${candidate}`);
    const contents = await this.operator.until(ShowCandidate, { application: APPLICATION, candidate }, (seen) => ['succeeded', 'failed', 'errored'].includes(seen?.build ?? ''));
    if (contents?.build !== 'succeeded') throw new Error(`${candidate} was not built: ${JSON.stringify(contents?.reason)}`);
    this.report.say(`${candidate} is commit ${contents.commit.slice(0, 12)}, built as ${short(contents.snapshot)}`);
    return contents;
  }

  async request(candidate: string): Promise<string> {
    await this.between(`release ${candidate}`);
    const answer = await this.operator.command(RIA, RequestRelease, { plan: PLAN, candidate });
    return fact<{ release: string }>(answer, 'ReleaseRequested').release;
  }

  async approve(release: string): Promise<void> {
    await this.operator.command(SAM, ApproveRelease, { release, environment: 'production' });
    await this.between(`approved ${release}`);
  }

  /** Waits until the release is as wished, or has ended otherwise. */
  async release(release: string, wished: (row: ReleaseRow) => boolean): Promise<ReleaseRow> {
    const [row] = await this.operator.until(ListReleases, { release }, ([seen]) => seen !== undefined && (wished(seen) || ENDS.includes(seen.status)));
    if (!row) throw new Error(`query does not know ${release}`);
    return row;
  }

  /** Waits until the release waits in an environment with this reason. */
  waiting(release: string, environment: Environment, code: string): Promise<ReleaseRow> {
    return this.release(release, (row) => row.environment === environment && row.reasons.some((reason) => reason.code === code));
  }

  async ended(release: string): Promise<ReleaseRow> {
    return this.release(release, () => false);
  }

  async history(environment: Environment): Promise<DeploymentRow[]> {
    return this.operator.ask(TargetHistory, { target: targetOf(environment) });
  }

  /** Waits until the newest deployment of the environment has ended. */
  async settled(environment: Environment, wished: (row: DeploymentRow) => boolean): Promise<DeploymentRow | undefined> {
    const rows = await this.operator.until(TargetHistory, { target: targetOf(environment) }, ([newest]) => newest !== undefined && newest.endedAt !== null && wished(newest));
    return rows[0];
  }
}

/** The data of a fact that a command made. */
export function fact<T>(answer: CommandAnswer, type: string): T {
  const event = answer.events.find((candidate) => candidate.type === type);
  if (!event) throw new Error(`expected ${type}, got ${answer.events.map((made) => made.type).join(', ') || 'nothing'}`);
  return event.data as T;
}

export const short = (digest: string | null | undefined): string => digest?.replace('sha256:', '').slice(0, 12) ?? 'nothing';
