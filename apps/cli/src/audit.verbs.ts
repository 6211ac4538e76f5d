import { SlipwayError } from '@slipway/kernel';
import { type AuditEntry, AuditLog, AuditState, type AuditStateAnswer, AuditTrail } from '@slipway/query/contract';
import { NONE, time } from './cells.js';
import { type CommandModule, verb } from './cli.js';
import { releaseNamed } from './names.js';
import { wholeNumber } from './options.js';
import type { Column } from './table.js';

const ENTRIES: readonly Column<AuditEntry>[] = [
  { title: 'AT (UTC)', value: ({ recordedAt }) => time(recordedAt) },
  { title: 'WHO', value: ({ actor, onBehalfOf }) => (onBehalfOf === null ? actor : `${actor} for ${onBehalfOf}`) },
  { title: 'WHAT', value: ({ text }) => text, text: true },
  { title: 'EVENT', value: ({ stream, revision }) => `${stream}@${revision}`, text: true },
  { title: 'COMMAND', value: ({ commandId }) => commandId.slice(0, 8) },
];

const STATE: readonly Column<AuditStateAnswer>[] = [
  { title: 'EVENTS', value: ({ events }) => String(events) },
  { title: 'STREAMS', value: ({ streams }) => String(streams) },
  { title: 'GAPS', value: ({ gaps }) => String(gaps) },
  { title: 'LAST POSITION', value: ({ last }) => last ?? NONE },
];

export const auditVerbs: CommandModule = (program, cli) => {
  const audit = verb(program, { usage: 'audit', group: 'operators', summary: 'who did what, when and why, from the whole log', example: 'audit trail shop-1.8.0-rc1-k3x9a' });

  verb(audit, { usage: 'trail <release>', summary: 'a release with all that it rests on and all that became of it', example: 'audit trail shop-1.8.0-rc1-k3x9a -o json' }).action(
    cli.action(async (session, name: string) => {
      const release = await releaseNamed(session, name);
      const entries = await session.query(AuditTrail, { release });
      if (entries.length === 0) throw new SlipwayError('RELEASE_NOT_FOUND', `there is no release ${release}`);
      session.output.rows(entries, ENTRIES, '');
    }),
  );

  verb(audit, { usage: 'log', summary: 'a page of the whole record, oldest first', example: 'audit log --limit 20' })
    .option('--from <position>', 'after this position (default: the beginning)')
    .option('--limit <n>', 'how many (default: 100, at most 1000)', wholeNumber)
    .action(
      cli.action(async (session, { from, limit }: { from?: string; limit?: number }) => {
        const entries = await session.query(AuditLog, { ...(from !== undefined && { from }), ...(limit !== undefined && { limit }) });
        session.output.rows(entries, ENTRIES, 'nothing is recorded');
        const last = entries.at(-1);
        if (last && session.output.format === 'table') session.output.say(`more: --from ${last.position}`);
      }),
    );

  verb(audit, { usage: 'state', summary: 'how much was witnessed, and whether anything is missing (exit code 1)', example: 'audit state' }).action(
    cli.action(async (session) => {
      const state = await session.query(AuditState, {});
      session.output.data(state, () => session.output.table([state], STATE));
      return state.gaps === 0 ? 0 : 1;
    }),
  );
};
