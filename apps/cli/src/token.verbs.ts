import { isRole, ROLES } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import { time } from './cells.js';
import { type CommandModule, GROUPS, verb } from './cli.js';
import { wholeNumber } from './options.js';
import type { Column } from './table.js';

interface Token {
  readonly id: string;
  readonly subject: string;
  readonly grants: Readonly<Record<string, readonly string[]>>;
  readonly createdBy: string;
  readonly created: string;
  readonly expires: string;
  readonly revoked: string | null;
  readonly lastUsed: string | null;
}

const COLUMNS: readonly Column<Token>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'WHO', value: ({ subject }) => subject },
  { title: 'ROLES', value: ({ grants }) => Object.entries(grants).map(([workspace, roles]) => roles.map((role) => `${workspace}:${role}`).join(' ')).join(' '), text: true },
  { title: 'EXPIRES', value: ({ expires }) => time(expires) },
  { title: 'LAST USED', value: ({ lastUsed }) => lastUsed ?? '-' },
  { title: 'STATE', value: ({ revoked, expires }) => (revoked !== null ? 'revoked' : Date.parse(expires) <= Date.now() ? 'expired' : 'good') },
];

export const tokenVerbs: CommandModule = (program, cli) => {
  const token = program.command('token').description('tokens of Slipway for people and machines (administrators only)').helpCommand(false).helpGroup(GROUPS.platform);

  verb(token, { usage: 'create <subject>', summary: 'make a token for person:name or machine:name; it is shown once', example: 'token create machine:ci --days 30 --grant acme:developer,releaser sre:viewer' })
    .requiredOption('-g, --grant <workspace:roles...>', `roles in a workspace, or in * for all, after the subject. Roles: ${ROLES.join(', ')}`)
    .option('--days <days>', 'until it expires (default: 90, at most 366)', wholeNumber)
    .action(
      cli.action(async (session, subject: string, { grant, days }: { grant: string[]; days?: number }) => {
        const made = await session.gateway.ask<Token & { token: string }>('POST', '/tokens', { subject, grants: grantsFrom(grant), ...(days !== undefined && { days }) });
        session.output.say(`token ${made.id} for ${made.subject}, until ${made.expires}; it is shown only now`);
        session.output.data(made, () => made.token);
      }),
    );

  verb(token, { usage: 'list', summary: 'tell all tokens that were made', example: 'token list' }).action(
    cli.action(async (session) => session.output.rows(await session.gateway.ask<Token[]>('GET', '/tokens'), COLUMNS, 'there are no tokens')),
  );

  verb(token, { usage: 'revoke <id>', summary: 'end a token at once', example: 'token revoke 0f3a9c51d2e7' }).action(
    cli.action(async (session, id: string) => {
      const revoked = await session.gateway.ask<Token>('DELETE', `/tokens/${encodeURIComponent(id)}`);
      session.output.data(revoked, () => `token ${revoked.id} of ${revoked.subject} was revoked`);
    }),
  );
};

/** `acme:developer,releaser` says the same as `acme:developer acme:releaser`. */
function grantsFrom(texts: readonly string[]): Record<string, string[]> {
  const grants = new Map<string, Set<string>>();
  for (const text of texts) {
    const [, workspace, list] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
    if (!workspace || !list) throw new SlipwayError('INVALID_COMMAND', `--grant ${text}: write a workspace, a colon and its roles, such as acme:developer,releaser or *:viewer`);
    const roles = list.split(',');
    const unknown = roles.filter((role) => !isRole(role)).map((role) => JSON.stringify(role));
    if (unknown.length > 0) throw new SlipwayError('INVALID_COMMAND', `--grant ${text}: ${unknown.join(', ')} is not one of the roles ${ROLES.join(', ')}`);
    grants.set(workspace, new Set([...(grants.get(workspace) ?? []), ...roles]));
  }
  return Object.fromEntries([...grants].map(([workspace, roles]) => [workspace, [...roles]]));
}
