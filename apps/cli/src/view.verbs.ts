import { SlipwayError } from '@slipway/kernel';
import {
  type DeploymentRow,
  EnvironmentMatrix,
  type MatrixRow,
  ReleaseTimeline,
  TargetHistory,
  type TimelineEntry,
  WaitingList,
  type WaitingRow,
} from '@slipway/query/contract';
import { hex, NONE, time, why } from './cells.js';
import { type CommandModule, verb } from './cli.js';
import { applicationNamed, releaseNamed, targetNamed } from './names.js';
import type { Column } from './table.js';
import { showOrWatch } from './watch.js';

const MATRIX: readonly Column<MatrixRow>[] = [
  { title: 'APPLICATION', value: ({ application }) => application },
  { title: 'ENVIRONMENT', value: ({ workspace, environment }) => `${workspace}/${environment}` },
  { title: 'RUNS', value: ({ current }) => current?.candidate ?? NONE },
  { title: 'SNAPSHOT', value: ({ current }) => hex(current?.snapshot ?? null) },
  { title: 'SINCE (UTC)', value: ({ current }) => time(current?.since ?? null) },
  { title: 'LAST DEPLOYMENT', value: ({ last }) => (last ? `${last.deployment} ${last.status}` : NONE), text: true },
  { title: 'HOLD', value: ({ hold }) => (hold ? `${hold.by}: ${hold.reason}` : NONE), text: true },
];

const HISTORY: readonly Column<DeploymentRow>[] = [
  { title: 'DEPLOYMENT', value: ({ deployment }) => deployment },
  { title: 'KIND', value: ({ kind, cites }) => (cites ? `${kind} to ${cites.deployment}` : kind) },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'CANDIDATE', value: ({ candidate }) => candidate },
  { title: 'SNAPSHOT', value: ({ snapshot }) => hex(snapshot) },
  { title: 'REQUESTED (UTC)', value: ({ requestedAt }) => time(requestedAt) },
  { title: 'WHY', value: ({ reason }) => why(reason ? [reason] : []), text: true },
];

const TIMELINE: readonly Column<TimelineEntry>[] = [
  { title: 'AT (UTC)', value: ({ at }) => time(at) },
  { title: 'WHO', value: ({ actor }) => actor },
  { title: 'WHERE', value: ({ environment }) => environment ?? NONE },
  { title: 'WHAT', value: ({ text }) => text, text: true },
];

const WAITING: readonly Column<WaitingRow>[] = [
  { title: 'WHAT', value: ({ kind }) => kind },
  { title: 'WHICH', value: ({ id }) => id, text: true },
  { title: 'ENVIRONMENT', value: ({ environment }) => environment ?? NONE },
  { title: 'SINCE (UTC)', value: ({ since }) => time(since) },
  { title: 'WHY', value: ({ reasons }) => why(reasons), text: true },
];

export const viewVerbs: CommandModule = (program, cli) => {
  verb(program, { usage: 'matrix', group: 'operators', summary: 'what is where', example: 'matrix --at 2026-03-03T12:00:00Z' })
    .option('--application <application>', 'only that application')
    .option('--at <time>', 'what was where at that time (ISO 8601)')
    .option('-w, --watch', 'show it again whenever it changes')
    .action(
      cli.action(async (session, { application: name, at, watch }: { application?: string; at?: string; watch?: boolean }) => {
        const application = name === undefined ? {} : { application: await applicationNamed(session, name) };
        const look = (): Promise<MatrixRow[]> => session.query(EnvironmentMatrix, { ...application, ...(at !== undefined && { at }) });
        await showOrWatch(session, watch, look, (rows) => session.output.rows(rows, MATRIX, 'nothing is deployed anywhere'));
      }),
    );

  verb(program, { usage: 'history <application> <environment>', group: 'operators', summary: 'all deployments of an application to an environment, newest first', example: 'history shop production' }).action(
    cli.action(async (session, application: string, environment: string) => {
      const target = await targetNamed(session, application, environment);
      session.output.rows(await session.query(TargetHistory, { target }), HISTORY, `nothing was ever deployed to ${target}`);
    }),
  );

  verb(program, { usage: 'timeline <release>', group: 'operators', summary: 'all that happened to a release', example: 'timeline shop-1.8.0-rc1-k3x9a' }).action(
    cli.action(async (session, name: string) => {
      const release = await releaseNamed(session, name);
      const entries = await session.query(ReleaseTimeline, { release });
      if (entries.length === 0) throw new SlipwayError('RELEASE_NOT_FOUND', `there is no release ${release}`);
      session.output.rows(entries, TIMELINE, '');
    }),
  );

  verb(program, { usage: 'waiting', group: 'operators', summary: 'everything that does not move, and why', example: 'waiting --watch' })
    .option('-w, --watch', 'show it again whenever it changes')
    .action(
      cli.action((session, { watch }: { watch?: boolean }) =>
        showOrWatch(session, watch, () => session.query(WaitingList, {}), (rows) => session.output.rows(rows, WAITING, 'nothing waits')),
      ),
    );
};
