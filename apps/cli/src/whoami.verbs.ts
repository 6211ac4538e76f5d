import { ERRORS } from '@slipway/kernel';
import { type CommandModule, verb } from './cli.js';
import type { Column } from './table.js';

/** Who the gateway says that one is. */
export interface Whoami {
  readonly sub: string;
  readonly emails?: readonly string[];
  /** Workspace, or `*`, → roles. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
  readonly signedInBy: string;
  readonly expires: string;
}

interface Can {
  readonly action: string;
  readonly object: string | null;
  readonly allowed: boolean;
  readonly roles: readonly string[];
}

const GRANTS: readonly Column<[string, readonly string[]]>[] = [
  { title: 'WORKSPACE', value: ([workspace]) => workspace },
  { title: 'ROLES', value: ([, roles]) => roles.join(', ') },
];

export const whoamiVerbs: CommandModule = (program, cli) => {
  verb(program, { usage: 'whoami', group: 'platform', summary: 'tell who you are to the gateway, and which roles you have where', example: 'whoami' }).action(
    cli.action(async (session) => {
      const whoami = await session.gateway.ask<Whoami>('GET', '/whoami');
      const grants = Object.entries(whoami.grants);
      session.output.data(whoami, () => [`${whoami.sub} by ${whoami.signedInBy}, until ${whoami.expires}`, ...(grants.length > 0 ? [session.output.table(grants, GRANTS)] : ['without any role'])].join('\n'));
    }),
  );

  verb(program, {
    usage: 'can <action> [object]',
    group: 'platform',
    summary: 'tell whether your roles give an action on an object; exit code 4 when they do not',
    example: 'can candidate.cut acme/shop',
  }).action(
    cli.action(async (session, action: string, object: string | undefined) => {
      const query = new URLSearchParams({ action, ...(object !== undefined && { object }) });
      const answer = await session.gateway.ask<Can>('GET', `/can?${query.toString()}`);
      session.output.data(answer, () => (answer.allowed ? 'yes' : `no: it takes ${answer.roles.join(' or ')}${object === undefined ? '' : ` for ${object}`}`));
      return answer.allowed ? 0 : ERRORS.NOT_ALLOWED.exit;
    }),
  );
};
