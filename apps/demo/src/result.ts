import { describe } from '@slipway/query';
import type { DemoResult } from './demo.js';
import { ENVIRONMENTS } from './manifests.js';
import { short } from './stage.js';

/** The document that `-o json` prints. */
export function resultAsJson({ ok, statements, environments, running, log }: DemoResult): object {
  return {
    ok,
    statements,
    environments,
    running,
    events: log.length,
    streams: [...new Set(log.map((event) => event.stream))].sort(),
    timeline: log.map((event) => ({ position: event.position, at: event.recordedAt, stream: event.stream, revision: event.revision, type: event.type, actor: event.metadata.actor })),
  };
}

/** The history, one line per fact, as the log has it. Steps are left out: there are many. */
export function timeline({ log }: DemoResult): string {
  const lines = log
    .filter((event) => !event.type.startsWith('Step'))
    .map((event) => `  ${event.recordedAt.slice(11, 23)}  ${event.metadata.actor.padEnd(20)}  ${event.type.padEnd(26)}  ${describe(event)}`);
  return ['', 'The timeline, read from the log', ...lines].join('\n');
}

export function summary({ running, statements, log, ok }: DemoResult): string {
  const rows = ENVIRONMENTS.flatMap((environment) =>
    running[environment].map((process) => `  ${environment.padEnd(12)}${process.component.padEnd(6)}${process.version.padEnd(8)}${short(process.digest)}  ${process.healthy ? 'healthy' : 'not healthy'}`),
  );
  const good = statements.filter((statement) => statement.ok).length;
  return [
    '',
    'What really runs, asked from the processes',
    ...rows,
    '',
    `${log.length} events in ${new Set(log.map((event) => event.stream)).size} streams`,
    `${good} of ${statements.length} statements hold: ${ok ? 'the demo succeeded' : 'THE DEMO FAILED'}`,
  ].join('\n');
}
