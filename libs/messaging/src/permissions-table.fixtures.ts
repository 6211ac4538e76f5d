import type { BusIdentity } from './bus-identities.js';

/** Who may do what on the bus, as the Markdown table of docs/reference/bus.md. */
export function permissionsTable(identities: readonly BusIdentity[]): string {
  const rows = identities.map(({ name, account, answers, publishes, asks, hears }) => [
    `\`${name}\``,
    account,
    ...[answers, asks, publishes, hears].map((subjects) => shortened(subjects).join('<br>') || 'nothing'),
  ]);
  return [['key', 'account', 'answers', 'asks', 'publishes', 'follows'], Array(6).fill('---') as string[], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Subjects that differ in their last word, on one line: `planning.command.` cut-candidate, cherry-pick. */
function shortened(subjects: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const subject of subjects) {
    const [, , ...words] = subject.split('.');
    const isFact = words[0] === 'event';
    const group = isFact ? 'event.' : `${words.slice(0, -1).join('.')}.`;
    groups.set(group, [...(groups.get(group) ?? []), isFact ? words.slice(1).join('.') : words.at(-1)!]);
  }
  return [...groups].map(([group, words]) => `\`${group}\` ${words.map((word) => word.replaceAll('*', '\\*')).join(', ')}`);
}
