import {
  type AdmissionRow,
  type ApplicationRow,
  type CandidateRow,
  type FreezeRow,
  ListAdmissions,
  ListApplications,
  ListCandidates,
  ListFreezes,
  ListPlans,
  ListReleases,
  type PlanRow,
  type ReleaseRow,
} from '@slipway/query/contract';
import type { Command } from 'commander';
import { hex, NONE, time, why, words } from './cells.js';
import { type Cli, type CommandModule, verb } from './cli.js';
import { applicationNamed } from './names.js';
import type { Session } from './session.js';
import type { Column } from './table.js';
import { showOrWatch } from './watch.js';

interface Options {
  readonly watch?: boolean;
  readonly application?: string;
}

interface Listing<Row> {
  readonly what: string;
  readonly summary: string;
  readonly ofApplication?: boolean;
  readonly look: (session: Session, of: { application?: string }) => Promise<readonly Row[]>;
  readonly columns: readonly Column<Row>[];
}

const APPLICATIONS: Listing<ApplicationRow> = {
  what: 'applications',
  summary: 'registered applications',
  look: (session) => session.query(ListApplications, {}),
  columns: [
    { title: 'APPLICATION', value: ({ application }) => application },
    { title: 'LAST CANDIDATE', value: ({ lastCandidate }) => lastCandidate ?? NONE },
    { title: 'COMPONENTS', value: ({ components }) => words(components), text: true },
    { title: 'MAINLINE', value: ({ mainline }) => mainline },
    { title: 'REPOSITORY', value: ({ repository }) => repository, text: true },
  ],
};

const PLANS: Listing<PlanRow> = {
  what: 'plans',
  summary: 'release plans, and the admissions that they are matched with',
  look: (session) => session.query(ListPlans, {}),
  columns: [
    { title: 'PLAN', value: ({ plan }) => plan },
    { title: 'REVISION', value: ({ revision }) => String(revision) },
    { title: 'APPLICATION', value: ({ application }) => application },
    { title: 'TO', value: ({ target }) => target },
    { title: 'MATCHED WITH', value: ({ matches }) => words(matches.map(({ admission, admissionRevision }) => `${admission}@${admissionRevision}`)), text: true },
  ],
};

const ADMISSIONS: Listing<AdmissionRow> = {
  what: 'admissions',
  summary: 'release plan admissions',
  look: (session) => session.query(ListAdmissions, {}),
  columns: [
    { title: 'ADMISSION', value: ({ admission }) => admission },
    { title: 'REVISION', value: ({ revision }) => String(revision) },
    { title: 'ORIGIN', value: ({ origin }) => origin },
    { title: 'APPLICATIONS', value: ({ applications }) => words(applications), text: true },
    { title: 'ENVIRONMENTS', value: ({ environments }) => words(environments), text: true },
  ],
};

const CANDIDATES: Listing<CandidateRow> = {
  what: 'candidates',
  summary: 'candidates, newest first, with what became of their builds',
  ofApplication: true,
  look: (session, of) => session.query(ListCandidates, of),
  columns: [
    { title: 'APPLICATION', value: ({ application }) => application },
    { title: 'CANDIDATE', value: ({ candidate }) => candidate },
    { title: 'COMMIT', value: ({ commit }) => hex(commit) },
    { title: 'BUILD', value: ({ build }) => build },
    { title: 'SNAPSHOT', value: ({ snapshot }) => hex(snapshot) },
    { title: 'CUT (UTC)', value: ({ cutAt }) => time(cutAt) },
    { title: 'SUBJECT', value: ({ subject, reason }) => (reason ? `${subject} [${why([reason])}]` : subject), text: true },
  ],
};

const RELEASES: Listing<ReleaseRow> = {
  what: 'releases',
  summary: 'releases, newest first: where each is, and why not further',
  ofApplication: true,
  look: (session, of) => session.query(ListReleases, of),
  columns: [
    { title: 'RELEASE', value: ({ release }) => release },
    { title: 'STATUS', value: ({ status }) => status },
    { title: 'ENVIRONMENT', value: ({ environment }) => environment ?? NONE },
    { title: 'REQUESTED (UTC)', value: ({ requestedAt }) => time(requestedAt) },
    { title: 'WHY', value: ({ reasons }) => why(reasons), text: true },
  ],
};

const FREEZES: Listing<FreezeRow> = {
  what: 'freezes',
  summary: 'freezes that were not lifted',
  look: (session) => session.query(ListFreezes, {}),
  columns: [
    { title: 'FREEZE', value: ({ freeze }) => freeze },
    { title: 'ENVIRONMENTS', value: ({ environments }) => words(environments), text: true },
    { title: 'FROM (UTC)', value: ({ from }) => time(from) },
    { title: 'UNTIL (UTC)', value: ({ until }) => (until === null ? 'it is lifted' : time(until)) },
    { title: 'ROLLBACKS', value: ({ holdsRollbacks }) => (holdsRollbacks ? 'held' : 'pass') },
    { title: 'BY', value: ({ by }) => by },
    { title: 'REASON', value: ({ reason }) => reason, text: true },
  ],
};

export const getVerbs: CommandModule = (program, cli) => {
  const get = verb(program, {
    usage: 'get',
    group: 'operators',
    summary: 'list what there is: applications, plans, admissions, candidates, releases, freezes',
    example: 'get releases --watch',
  });
  list(get, cli, APPLICATIONS);
  list(get, cli, PLANS);
  list(get, cli, ADMISSIONS);
  list(get, cli, CANDIDATES);
  list(get, cli, RELEASES);
  list(get, cli, FREEZES);
};

function list<Row>(get: Command, cli: Cli, { what, summary, ofApplication, look, columns }: Listing<Row>): void {
  const command = verb(get, { usage: what, summary, example: `get ${what}${ofApplication ? ' --application shop' : ' -o json'}` }).option('-w, --watch', 'show it again whenever it changes');
  if (ofApplication) command.option('--application <application>', 'only those of one application');
  command.action(
    cli.action(async (session, { watch, application }: Options) => {
      const of = application === undefined ? {} : { application: await applicationNamed(session, application) };
      await showOrWatch(session, watch, () => look(session, of), (rows) => session.output.rows(rows, columns, `no ${what}`));
    }),
  );
}
