import { type RebuildOutcome, SERVICES_WITH_VIEWS } from '@slipway/messaging';
import { Argument } from 'commander';
import { hex } from './cells.js';
import { type CommandModule, verb } from './cli.js';
import type { Column } from './table.js';

const isEqual = ({ before, after }: RebuildOutcome): boolean => before === after;

const COLUMNS: readonly Column<RebuildOutcome>[] = [
  { title: 'SERVICE', value: ({ service }) => service },
  { title: 'EVENTS', value: ({ events }) => String(events) },
  { title: 'SECONDS', value: ({ seconds }) => seconds.toFixed(2) },
  { title: 'EVENTS/S', value: ({ eventsPerSecond }) => String(eventsPerSecond) },
  { title: 'BEFORE', value: ({ before }) => hex(before) },
  { title: 'AFTER', value: ({ after }) => hex(after) },
  { title: 'EQUAL', value: (outcome) => (isEqual(outcome) ? 'yes' : 'NO') },
];

export const rebuildVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'rebuild',
    group: 'operators',
    summary: 'make read models again from the log, while they go on answering; exit code 1 when they come out different',
    example: 'rebuild query audit',
  })
    .addArgument(new Argument('[service...]', 'which services (default: all that keep read models)').choices(SERVICES_WITH_VIEWS))
    .action(
      cli.action(async (session, services: string[]) => {
        const outcomes: (RebuildOutcome & { equal: boolean })[] = [];
        try {
          for (const service of services.length > 0 ? services : SERVICES_WITH_VIEWS) {
            const outcome = await session.rebuild(service);
            outcomes.push({ ...outcome, equal: isEqual(outcome) });
          }
        } finally {
          if (outcomes.length > 0) session.output.rows(outcomes, COLUMNS, '');
        }
        return outcomes.every(isEqual) ? 0 : 1;
      }),
    );
};
