import type { CommandAnswer } from '@slipway/kernel';
import { type Cli, type CommandModule, verb } from './cli.js';
import { KINDS, type Manifest, parseManifests } from './manifest.js';
import { readManifests } from './manifest-files.js';
import type { Session } from './session.js';
import type { Column } from './table.js';

interface Options {
  readonly filename: string[];
  readonly dryRun?: boolean;
}

interface Applied {
  readonly kind: string;
  readonly name: string;
  readonly from: string;
  readonly result: 'created' | 'changed' | 'unchanged' | 'valid';
  /** Of the command's answer; null for a dry run. */
  readonly position: string | null;
}

const COLUMNS: readonly Column<Applied>[] = [
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'NAME', value: ({ name }) => name },
  { title: 'RESULT', value: ({ result }) => result },
  { title: 'FROM', value: ({ from }) => from },
];

export const applyVerbs: CommandModule = (program, cli: Cli) => {
  verb(program, {
    usage: 'apply',
    group: 'development',
    summary: 'write applications, release plans and admissions from manifests; all are checked before the first is sent',
    example: 'apply -f shop.yaml',
  })
    .requiredOption('-f, --filename <path...>', 'YAML or JSON files, folders of them, or - for stdin')
    .option('--dry-run', 'check the manifests, and send nothing')
    .action(
      cli.action(async (session, { filename, dryRun }: Options) => {
        const manifests = parseManifests(await readManifests(filename, session.io));
        if (dryRun) show(session, manifests.map(({ kind, name, from }) => ({ kind, name, from, result: 'valid', position: null })));
        else await apply(session, manifests);
      }),
    );
};

/** What was applied before a refusal is shown as well: it is done. */
async function apply(session: Session, manifests: readonly Manifest[]): Promise<void> {
  const applied: Applied[] = [];
  try {
    for (const { kind, name, from, command } of manifests) {
      const answer = await session.command<typeof command>(KINDS[kind].type, command);
      applied.push({ kind, name, from, result: resultOf(answer), position: answer.position });
    }
  } finally {
    if (applied.length > 0) show(session, applied);
  }
}

const show = (session: Session, applied: readonly Applied[]): void => session.output.rows(applied, COLUMNS, 'nothing applied');

/** The first event of a thing's own stream creates it. */
function resultOf({ events, revision }: CommandAnswer): Applied['result'] {
  if (events.length === 0) return 'unchanged';
  return revision - events.length + 1 === 0 ? 'created' : 'changed';
}
