import { execFileSync } from 'node:child_process';
import type { EventStore, RecordedEvent } from '@slipway/event-store';
import { AuditState } from '@slipway/query/contract';
import { type GatewayClient, SERVICES_WITH_VIEWS } from '@slipway/messaging';
import { ADA, CI, DANA, OLE, PAT, RIA, SAM } from './cast.js';
import { ENVIRONMENTS, type Environment, targetOf } from './manifests.js';
import type { Operator } from './operator.js';
import type { Report } from './report.js';

/** The whole log, read from the store itself: no service is asked. */
export async function readLog(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

export async function checkLog(report: Report, operator: Operator, log: readonly RecordedEvent[]): Promise<void> {
  report.chapter('The log is the release history');
  const attempts = count(log, 'BuildStarted');
  const snapshots = count(log, 'BuildSucceeded');
  report.check('no candidate was built to two snapshots', snapshots.size > 0 && [...snapshots.values()].every((times) => times === 1), Object.fromEntries(snapshots));
  report.say(`builds started per candidate: ${[...attempts.values()].join(', ')}`);

  const succeeded = new Map(log.filter((event) => event.type === 'DeploymentSucceeded').map((event) => [`${event.stream}@${event.revision}`, event.data as { snapshot: { digest: string } }]));
  const rollbacks = log.filter((event) => event.type === 'RollbackRequested').map((event) => event.data as { cites: { stream: string; revision: number }; snapshot: { digest: string } });
  const cited = rollbacks.every((rollback) => succeeded.get(`${rollback.cites.stream}@${rollback.cites.revision}`)?.snapshot.digest === rollback.snapshot.digest);
  report.check('every rollback cites an event in the log and has its snapshot', rollbacks.length >= 2 && cited, rollbacks.map((rollback) => rollback.cites));

  const admitted = log.filter((event) => event.type === 'ReviewAdmitted').map((event) => event.data as { pins: { provenance?: { keys: string[] } } });
  report.check('nothing was admitted without a provenance that the build service signed', admitted.length > 0 && admitted.every(({ pins }) => pins.provenance?.keys.length === 1), admitted.map(({ pins }) => pins));

  const alone = log.filter(({ metadata: { actor, onBehalfOf = '' } }) => actor.startsWith('service:') && !/^(person|machine):/.test(onBehalfOf));
  report.check('whatever a service did by itself names the person or machine on whose behalf', log.some(({ metadata }) => metadata.onBehalfOf !== undefined) && alone.length === 0, alone);

  const state = await operator.until(AuditState, {}, (seen) => seen.events >= log.length, ADA);
  report.check('audit witnessed the log without a gap', state.gaps === 0 && state.events >= log.length, state);
}

/** Who may have made the facts of a category. What follows from them is recorded as the service's that did it. */
const BY: Readonly<Record<string, readonly string[]>> = {
  application: [DANA],
  releasePlan: [DANA],
  candidate: [CI, DANA],
  release: [RIA],
  releasePlanAdmission: [PAT],
  review: [SAM],
  freeze: [OLE],
  exception: [PAT],
  target: [OLE],
};

/** Nobody's token has acted outside of its roles, and no fact is without a name. */
export function checkActors(report: Report, log: readonly RecordedEvent[]): void {
  const byPeople = log.filter(({ metadata }) => !metadata.actor.startsWith('service:'));
  const strange = byPeople.filter(({ stream, metadata }) => !BY[stream.split('-', 1)[0]!]?.includes(metadata.actor));
  const seen = new Set(byPeople.map(({ metadata }) => metadata.actor));
  report.check('the record names who did what: each only what is theirs', strange.length === 0 && seen.size === new Set(Object.values(BY).flat()).size, strange.map(({ stream, type, metadata }) => ({ stream, type, actor: metadata.actor })));
}

/** What a GitOps controller would see: the git.commit step wrote it, the last time for the rollback by hand. */
export function checkEnvironmentsRepository(report: Report, repository: string, log: readonly RecordedEvent[]): void {
  for (const environment of ENVIRONMENTS) {
    const written = execFileSync('git', ['show', `main:${environment}/shop.yaml`], { cwd: repository, encoding: 'utf8' });
    const runs = overTime(log)[environment].at(-1);
    report.check(`the environments repository names what runs in ${environment}`, runs !== undefined && written.includes(`snapshot: ${runs.snapshot}\n`), written);
  }
}

export async function checkRebuild(report: Report, administrator: GatewayClient): Promise<void> {
  for (const service of SERVICES_WITH_VIEWS) {
    const outcome = await administrator.rebuildViews(service);
    report.check(`the views of ${service}, rebuilt from the log, are the same (${outcome.events} events, ${outcome.eventsPerSecond}/s)`, outcome.before === outcome.after, outcome);
  }
}

/** One deployment that succeeded. */
export interface Deployed {
  readonly at: string;
  readonly deployment: string;
  readonly kind: string;
  readonly candidate: string;
  readonly snapshot: string;
  /** Component → digest of its manifest. */
  readonly digests: Readonly<Record<string, string>>;
}

/** What was in each environment over time, by the log. */
export function overTime(log: readonly RecordedEvent[]): Record<Environment, Deployed[]> {
  const of = (environment: Environment): Deployed[] =>
    log
      .filter((event) => event.type === 'DeploymentSucceeded' && event.stream === `target-${targetOf(environment)}`)
      .map((event) => {
        const data = event.data as { deployment: string; candidate: string; kind: string; snapshot: { digest: string; components: { name: string; digest: string }[] } };
        return {
          at: event.recordedAt,
          deployment: data.deployment,
          kind: data.kind,
          candidate: data.candidate,
          snapshot: data.snapshot.digest,
          digests: Object.fromEntries(data.snapshot.components.map((component) => [component.name, component.digest])),
        };
      });
  return Object.fromEntries(ENVIRONMENTS.map((environment) => [environment, of(environment)])) as Record<Environment, Deployed[]>;
}

function count(log: readonly RecordedEvent[], type: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const event of log) if (event.type === type) counts.set(event.stream, (counts.get(event.stream) ?? 0) + 1);
  return counts;
}
