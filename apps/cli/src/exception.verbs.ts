import { GrantException, RevokeException } from '@slipway/admission/contract';
import { Option } from 'commander';
import { type CommandModule, verb } from './cli.js';
import { releaseNamed } from './names.js';

const GATES = ['freeze', 'policy', 'upstream-verified'] as const;

interface ExceptOptions {
  readonly release: string;
  readonly environment: string;
  readonly gate: (typeof GATES)[number];
  readonly reason: string;
  readonly until?: string;
}

export const exceptionVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'except <workspace/name>',
    group: 'environments',
    summary: 'let one release past one gate, and answer for it; its authors may not',
    example: 'except sre/price-list --release shop-1.8.0-rc1-k3x9a --environment production --gate freeze --reason "by law"',
  })
    .requiredOption('--release <release>', 'which release')
    .requiredOption('--environment <environment>', 'in which environment')
    .addOption(new Option('--gate <gate>', 'past which gate').choices(GATES).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why')
    .option('--until <time>', 'ISO 8601 (default: as long as the release lives)')
    .action(
      cli.action(async (session, exception: string, { release: name, until, environment, gate, reason }: ExceptOptions) => {
        const release = await releaseNamed(session, name);
        session.output.answer(await session.command(GrantException, { exception, release, environment, gate, reason, ...(until !== undefined && { until }) }));
      }),
    );

  verb(program, {
    usage: 'revoke <workspace/name>',
    group: 'environments',
    summary: 'take an exception back',
    example: 'revoke sre/price-list --reason "the law was repealed"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, exception: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(RevokeException, { exception, reason }));
      }),
    );
};
