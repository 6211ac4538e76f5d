import { type BuilderAnswer, ShowBuilder } from '@slipway/build/contract';
import { SlipwayError } from '@slipway/kernel';
import { type CandidateContents, ListReleases, type ReleaseRow, ShowCandidate } from '@slipway/query/contract';
import { hex, NONE, time, why } from './cells.js';
import { type CommandModule, verb } from './cli.js';
import { applicationNamed, releaseNamed } from './names.js';
import type { Output } from './output.js';
import type { Column } from './table.js';

export const showVerbs: CommandModule = (program, cli) => {
  const show = verb(program, { usage: 'show', group: 'operators', summary: 'all about one candidate or release, or who builds here', example: 'show candidate shop 1.8.0-rc1' });

  verb(show, { usage: 'candidate <application> <candidate>', summary: 'what is in a candidate, and what was built of it', example: 'show candidate shop 1.8.0-rc1' }).action(
    cli.action(async (session, name: string, candidate: string) => {
      const application = await applicationNamed(session, name);
      const found: CandidateContents | null = await session.query(ShowCandidate, { application, candidate });
      if (!found) throw new SlipwayError('CANDIDATE_NOT_FOUND', `${application} has no candidate ${candidate}`);
      session.output.data(found, () => candidateText(found, session.output));
    }),
  );

  verb(show, { usage: 'release <release>', summary: 'where a release is, and why not further', example: 'show release shop-1.8.0-rc1-k3x9a' }).action(
    cli.action(async (session, name: string) => {
      const release = await releaseNamed(session, name);
      const [found] = await session.query(ListReleases, { release });
      if (!found) throw new SlipwayError('RELEASE_NOT_FOUND', `there is no release ${release}`);
      session.output.data(found, () => releaseText(found, session.output));
    }),
  );

  verb(show, { usage: 'builder', summary: 'who builds here, and the public key that it signs with: what an admission puts under trust', example: 'show builder -o yaml' }).action(
    cli.action(async (session) => {
      const builder = await session.query(ShowBuilder, {});
      session.output.data(builder, () => builderText(builder, session.output));
    }),
  );
};

type Pair = readonly [name: string, value: string];
const PAIRS: readonly Column<Pair>[] = [
  { title: '', value: ([name]) => name },
  { title: '', value: ([, value]) => value, text: true },
];
const pairs = (output: Output, list: readonly Pair[]): string => output.table(list, PAIRS).trimStart();

function candidateText(row: CandidateContents, output: Output): string {
  const { origin, previous, reason } = row;
  const facts = pairs(output, [
    ['candidate', `${row.application} ${row.candidate}`],
    ['commit', `${row.commit} ${row.subject}`],
    ['cut', `${time(row.cutAt)} UTC by ${row.author}, ${origin.kind === 'ref' ? `from ${origin.ref}` : `by cherry-picking onto ${origin.base}`}`],
    ['previous', previous ? `${previous.candidate} at ${hex(previous.commit)}` : NONE],
    ['build', `${row.build}${reason ? `: ${why([reason])}` : ''}`],
    ['snapshot', row.snapshot ?? NONE],
    ['build log', row.buildLog ?? NONE],
  ]);
  const artifacts = output.table(row.artifacts, [
    { title: 'COMPONENT', value: ({ component }) => component },
    { title: 'ARTIFACT', value: ({ path }) => path, text: true },
    { title: 'BYTES', value: ({ size }) => String(size) },
    { title: 'DIGEST', value: ({ digest }) => hex(digest) },
  ]);
  const changes = output.table(row.changes, [
    { title: 'COMMIT', value: ({ sha }) => hex(sha) },
    { title: 'AUTHOR', value: ({ author }) => author, text: true },
    { title: 'SUBJECT', value: ({ subject }) => subject, text: true },
  ]);
  const more = row.changeCount > row.changes.length ? `\n… ${row.changeCount} in all` : '';
  return [facts, ...(row.artifacts.length > 0 ? [artifacts] : []), ...(row.changes.length > 0 ? [changes + more] : [])].join('\n\n');
}

function releaseText(row: ReleaseRow, output: Output): string {
  return pairs(output, [
    ['release', row.release],
    ['candidate', `${row.application} ${row.candidate}`],
    ['snapshot', row.snapshot],
    ['plan', row.plan],
    ['requested', `${time(row.requestedAt)} UTC by ${row.author}`],
    ['status', row.environment === null ? row.status : `${row.status} in ${row.environment}`],
    ...row.reasons.map((reason) => ['because', why([reason])] as const),
  ]);
}

const builderText = ({ builders, keys }: BuilderAnswer, output: Output): string =>
  [pairs(output, [...builders.map((id) => ['builder', id] as const), ...keys.map(({ id }) => ['key', id] as const)]), ...keys.map(({ publicKey }) => publicKey.trimEnd())].join('\n\n');
