import { type ActionObject, ACTIONS, type TableRule } from './actions.js';
import { EVERYWHERE, ROLES } from './roles.js';

/** In whose workspace the role is needed. */
const WHERE: Readonly<Record<ActionObject, string>> = {
  application: "the application's",
  plan: "the plan's",
  release: "the release's",
  admission: "the admission's",
  freeze: "the freeze's",
  exception: "the exception's",
  target: "the target's managed one",
  review: 'the managed one that the release goes to',
  rows: 'any; the answer holds what one sees',
  public: 'any',
  platform: `all (\`${EVERYWHERE}\`)`,
};

const HEAD = `# Who may do what

<!-- Made from libs/identity/src/actions.ts by "npm run rights". A test fails when it is stale. -->

Somebody has roles in workspaces; a role in \`${EVERYWHERE}\` counts in each of them. An action is allowed when one of its roles is held in the workspace that owns
the object. There is no role that gives all: an administrator keeps the platform and may not approve, deploy or write policy.

- Every role of a workspace reads it. A managed workspace also sees the applications whose plans name it, and the releases on their way to it;
  a tenant sees what becomes of its own in the managed workspaces. Nobody sees another tenant.
- A right is not enough to approve: whoever requested the release, cut its candidate, wrote a change in it or wrote an exception for it in that
  environment has no word in its approval; nor has a machine.
- What is refused answers \`NOT_ALLOWED\` (HTTP 403, exit code 4) with the roles that would do, and is logged once.
`;

/** docs/reference/rights.md */
export function rightsPage(): string {
  const head = ['action', 'message', 'workspace', ...ROLES];
  const lines = [head, head.map(() => '---'), ...ACTIONS.map(row)].map((cells) => `| ${cells.join(' | ')} |`);
  return `${HEAD}\n${lines.join('\n')}\n`;
}

const row = (rule: TableRule): string[] => [`\`${rule.action}\``, rule.message?.name ?? '', whereOf(rule), ...ROLES.map((role) => (rule.roles.includes(role) ? 'yes' : ''))];

function whereOf({ on, also, eitherSide }: TableRule): string {
  if (on === 'target' && eitherSide) return 'either side of the target';
  return WHERE[on] + (also ? `, and the ${also}'s` : '') + (eitherSide ? ', or a managed one that it goes to' : '');
}
