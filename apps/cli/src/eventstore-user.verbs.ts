import type { Command } from 'commander';
import { words } from './cells.js';
import { type Cli, verb } from './cli.js';
import type { readPassword } from './eventstore-tools.js';
import { loadTools, storeVerb, tool, type Where } from './eventstore-verb.js';
import { eventStoreOf } from './options.js';
import type { Session } from './session.js';
import type { Column } from './table.js';

interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly disabled: boolean;
}

interface Grouped extends Where {
  readonly groups: readonly string[];
}

const USERS: readonly Column<User>[] = [
  { title: 'USER', value: ({ name }) => name },
  { title: 'GROUPS', value: ({ groups }) => words(groups), text: true },
  { title: 'STATE', value: ({ disabled }) => (disabled ? 'disabled' : 'enabled') },
];

const PASSWORD_HELP = '\nThe password is the first line of stdin; a terminal asks for it and does not show it.';

/** Users of a store that is served with TLS. */
export function eventstoreUserVerbs(eventstore: Command, cli: Cli): void {
  const user = verb(eventstore, { usage: 'user', summary: 'the users of an event store that is served with TLS; it must be stopped', example: 'eventstore user list' });

  storeVerb(user, 'list', 'all users and their groups', 'list -o json').action(
    cli.action(async ({ io, output }, { data }: Where) => {
      const { told, withUsers } = await loadTools();
      const users = await told(() => withUsers(eventStoreOf(data, io), (open) => open.list()));
      output.rows(users, USERS, 'no users; they are made when the event store is first started with TLS');
    }),
  );

  storeVerb(user, 'add <name>', 'make a user', 'add anna --groups team < password.txt')
    .option('--groups <a,b>', 'groups that the user is in; $admins and $ops have rights of their own', list)
    .addHelpText('after', PASSWORD_HELP)
    .action(
      tool(cli, async (tools, session, name: string, { data, groups = [] }: Partial<Grouped>) => {
        await tools.withUsers(eventStoreOf(data, session.io), async (users) => users.add(name, await passwordOf(name, session, tools.readPassword), groups));
        return { report: { name, groups }, text: `added ${name}${groups.length > 0 ? ` in ${words(groups)}` : ''}` };
      }),
    );

  storeVerb(user, 'password <name>', "change a user's password", 'password anna < password.txt')
    .addHelpText('after', PASSWORD_HELP)
    .action(
      tool(cli, async (tools, session, name: string, { data }: Where) => {
        await tools.withUsers(eventStoreOf(data, session.io), async (users) => users.setPassword(name, await passwordOf(name, session, tools.readPassword)));
        return { report: { name }, text: `changed the password of ${name}` };
      }),
    );

  storeVerb(user, 'groups <name>', 'put a user into these groups, and out of all others', "groups anna --groups 'team,$ops'")
    .requiredOption('--groups <a,b>', "the groups; '' for none", list)
    .action(
      tool(cli, async ({ withUsers }, { io }, name: string, { data, groups }: Grouped) => {
        await withUsers(eventStoreOf(data, io), (users) => users.update(name, groups));
        return { report: { name, groups }, text: `${name} is in ${groups.length > 0 ? words(groups) : 'no group'}` };
      }),
    );

  for (const [name, disabled, summary] of [['disable', true, 'keep a user, who may do nothing for now'], ['enable', false, 'let a disabled user act again']] as const) {
    storeVerb(user, `${name} <name>`, summary, `${name} anna`).action(
      tool(cli, async ({ withUsers }, { io }, who: string, { data }: Where) => {
        await withUsers(eventStoreOf(data, io), (users) => users.setDisabled(who, disabled));
        return { report: { name: who, disabled }, text: `${who} is ${name}d` };
      }),
    );
  }

  storeVerb(user, 'remove <name>', 'remove a user', 'remove anna').action(
    tool(cli, async ({ withUsers }, { io }, name: string, { data }: Where) => {
      await withUsers(eventStoreOf(data, io), (users) => users.remove(name));
      return { report: { name }, text: `removed ${name}` };
    }),
  );
}

const list = (text: string): string[] => text.split(',').map((each) => each.trim()).filter((each) => each !== '');

async function passwordOf(name: string, { io, output }: Session, read: typeof readPassword): Promise<string> {
  const input = io.input();
  if (input.isTTY) output.say(`password of ${name} (it is not shown):`);
  return read(input);
}
