import { ApproveRelease, DeclareFreeze, GrantException, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { LiftHold, RollBack } from '@slipway/deployment/contract';
import { CherryPick, RegisterApplication, WriteReleasePlan } from '@slipway/planning/contract';
import { type CandidateContents, type DeploymentRow, EnvironmentMatrix, ListPlans, type MatrixRow } from '@slipway/query/contract';
import { DANA, OLE, PAT, RIA } from './cast.js';
import { ADMISSION, application, APPLICATION, plan, PLAN, targetOf } from './manifests.js';
import { running } from './running.js';
import { fact, short, type Stage } from './stage.js';

/** Component → digest, of a candidate's snapshot as the processes must show it. */
const digestsOf = (row: DeploymentRow | undefined): Readonly<Record<string, string>> => row?.digests ?? {};

export async function twoKeys(stage: Stage, admission: WriteReleasePlanAdmission): Promise<void> {
  const { operator, report, shop } = stage;
  report.chapter('Two keys: the development team plans, the managed-environment team admits');
  await operator.command(DANA, RegisterApplication, application(shop.repository));
  await operator.command(DANA, WriteReleasePlan, plan);
  await operator.command(PAT, WriteReleasePlanAdmission, admission);
  const plans = await operator.until(ListPlans, {}, ([row]) => row?.matches.length === 1);
  const match = plans.find((row) => row.plan === PLAN)?.matches[0];
  report.check('plan and admission are matched, with the revisions recorded', match?.admission === ADMISSION && match.planRevision === 0, match);
}

/** The first good release, from the trunk to production. */
export async function toProduction(stage: Stage): Promise<CandidateContents> {
  const { operator, report, shop, ports } = stage;
  report.chapter('From a commit to production: 1.0.0-rc1');
  const candidate = await stage.cut('1.0.0');
  report.check('the candidate is the commit at the tip of the trunk', candidate.commit === shop.head(), candidate.commit);
  report.check('two components were built into one snapshot', new Set(candidate.artifacts.map((artifact) => artifact.component)).size === 2, candidate.artifacts);

  const release = await stage.request('1.0.0-rc1');
  await stage.waiting(release, 'production', 'APPROVAL_MISSING');
  const inStaging = await running('staging', ports);
  report.check('it runs in staging, verified', inStaging.length === 2 && inStaging.every((process) => process.version === '1.0.0' && process.healthy), inStaging);
  const approval = (who: string) => operator.refusal(who, ApproveRelease, { release, environment: 'production' });
  const refusal = await approval(DANA);
  report.check('a developer may not approve it', refusal === 'NOT_ALLOWED', refusal);
  const ownRefusal = await approval(RIA);
  report.check('whoever requested it may not approve it, though she is an approver', ownRefusal === 'APPROVER_IS_AUTHOR', ownRefusal);
  report.check('it does not enter production without a second person', (await running('production', ports)).length === 0, null);

  await stage.approve(release);
  const ended = await stage.ended(release);
  report.need('approved by a second person, it is released', ended.status === 'completed', ended);
  await sameDigestsEverywhere(stage);
  return candidate;
}

async function sameDigestsEverywhere(stage: Stage): Promise<void> {
  const staging = digestsOf((await stage.history('staging'))[0]);
  const production = digestsOf((await stage.history('production'))[0]);
  const processes = await running('production', stage.ports);
  const same = Object.entries(staging).every(([component, digest]) => production[component] === digest);
  const shown = processes.length === 2 && processes.every((process) => process.digest === staging[process.component]);
  stage.report.check('the very same digests run in staging and production, say the processes', same && shown, { staging, production, processes });
}

export async function denied(stage: Stage): Promise<void> {
  const { report } = stage;
  report.chapter('Refused by policy: 0.9.0-rc1');
  await stage.cut('0.9.0');
  const ended = await stage.ended(await stage.request('0.9.0-rc1'));
  report.check('a release that policy does not admit is denied, with a coded reason', ended.status === 'denied' && ended.reasons.some((reason) => reason.code === 'VERSION_ZERO'), ended);
}

export async function badInStaging(stage: Stage): Promise<void> {
  const { report, shop, ports } = stage;
  report.chapter('A bad change, found in staging: 1.1.0-rc1');
  shop.change('Rework the api (and break it)', { version: '1.1.0', apiFailsIn: ['staging', 'production'] });
  await stage.cut('1.1.0');
  const before = await running('production', ports);
  const ended = await stage.ended(await stage.request('1.1.0-rc1'));
  report.check('it fails verification in staging', ended.status === 'failed' && ended.environment === 'staging', ended);
  const after = await running('production', ports);
  report.check('it never reached production', JSON.stringify(before) === JSON.stringify(after) && after.every((process) => process.version === '1.0.0'), after);
}

export async function badInProduction(stage: Stage): Promise<void> {
  const { report, shop, ports } = stage;
  report.chapter('A bad change that only fails in production, and the way back: 1.2.0-rc1');
  shop.change('Rework the api again (and break it in production only)', { version: '1.2.0', apiFailsIn: ['production'] });
  const candidate = await stage.cut('1.2.0');
  const release = await stage.request('1.2.0-rc1');
  await stage.waiting(release, 'production', 'APPROVAL_MISSING');
  await stage.approve(release);
  const ended = await stage.ended(release);
  report.check('it fails verification in production', ended.status === 'failed' && ended.environment === 'production', ended);

  const rollback = await stage.settled('production', (row) => row.kind === 'rollback');
  const good = (await stage.history('production')).find((row) => row.kind === 'release' && row.status === 'succeeded');
  report.need('production was rolled back by itself, citing the last good deployment', rollback?.status === 'succeeded' && rollback.cites?.deployment === good?.deployment, rollback);
  report.check('the rollback has the digests of the event that it cites', rollback?.snapshot === good?.snapshot && rollback?.snapshot !== candidate.snapshot, { rollback, good });
  const processes = await running('production', ports);
  report.check('1.0.0 runs in production again, say the processes', processes.length === 2 && processes.every((process) => process.version === '1.0.0' && process.digest === digestsOf(good)[process.component]), processes);
}

export async function fixByCherryPick(stage: Stage): Promise<void> {
  const { operator, report, shop, ports } = stage;
  report.chapter('The fix, cherry-picked: 1.2.0-rc2');
  shop.note('Write down what went wrong', 'NOTES.md');
  const fix = shop.change('Answer health checks in production', { version: '1.2.0', apiFailsIn: [] });
  const answer = await operator.command(DANA, CherryPick, { application: APPLICATION, candidate: '1.2.0-rc1', commits: [fix] });
  const cut = fact<{ candidate: string; commit: { subject: string } }>(answer, 'CandidateCut');
  report.check('the next candidate is rc1 with just the fix', cut.candidate === '1.2.0-rc2' && cut.commit.subject === 'Answer health checks in production', cut);
  await stage.built(cut.candidate);

  const release = await stage.request(cut.candidate);
  await stage.waiting(release, 'production', 'APPROVAL_MISSING');
  await stage.approve(release);
  const inProduction = (rows: readonly MatrixRow[]): MatrixRow | undefined => rows.find((row) => row.target === targetOf('production'));
  const held = inProduction(await operator.until(EnvironmentMatrix, {}, (rows) => inProduction(rows)?.last?.status === 'queued'));
  report.need('the rollback sticks: production is held, and the new deployment waits', held?.hold != null && held.last?.status === 'queued', held);
  await operator.command(OLE, LiftHold, { target: targetOf('production'), reason: 'rc2 has the fix' });
  const ended = await stage.ended(release);
  const processes = await running('production', ports);
  report.check('after somebody lifted the hold, the fix is in production', ended.status === 'completed' && processes.every((process) => process.version === '1.2.0' && process.healthy), { ended, processes });
}

export async function freezeAndException(stage: Stage): Promise<void> {
  const { operator, report, shop, ports } = stage;
  report.chapter('A freeze, and an exception from it: 1.3.0-rc1');
  await operator.command(OLE, DeclareFreeze, { freeze: 'sre/year-end', environments: ['production'], reason: 'year-end closing' });
  shop.change('Add a new price list', { version: '1.3.0', apiFailsIn: [] });
  await stage.cut('1.3.0');
  const release = await stage.request('1.3.0-rc1');
  await stage.waiting(release, 'production', 'FROZEN');
  await stage.approve(release);
  const frozen = await stage.release(release, (row) => row.environment === 'production' && row.reasons.every((reason) => reason.code === 'FROZEN'));
  report.check('the freeze holds the release, though it is approved', frozen.status === 'waiting' && frozen.reasons.length === 1, frozen);
  const exception = { exception: 'sre/price-list', release, environment: 'production', gate: 'freeze' as const, reason: 'prices change by law on the first' };
  const refusal = await operator.refusal(RIA, GrantException, exception);
  report.check('whoever requested it may not except it, though she writes policy', refusal === 'EXCEPTION_BY_AUTHOR', refusal);
  await operator.command(PAT, GrantException, exception);
  const ended = await stage.ended(release);
  const processes = await running('production', ports);
  report.check('an exception lets it through', ended.status === 'completed' && processes.every((process) => process.version === '1.3.0'), { ended, processes });
}

export async function manualRollback(stage: Stage): Promise<void> {
  const { operator, report, ports } = stage;
  report.chapter('Back by hand, in spite of the freeze');
  await stage.between('rollback');
  const answer = await operator.command(OLE, RollBack, { target: targetOf('production'), reason: 'the new prices are wrong' });
  const requested = fact<{ cites: { deployment: string; stream: string; revision: number }; candidate: string }>(answer, 'RollbackRequested');
  const row = await stage.settled('production', (newest) => newest.kind === 'rollback');
  const cited = (await stage.history('production')).find((deployment) => deployment.deployment === requested.cites.deployment);
  report.check('a rollback replays the cited event', row?.status === 'succeeded' && row.snapshot === cited?.snapshot && requested.candidate === '1.2.0-rc2', { requested, row });
  const processes = await running('production', ports);
  report.check('1.2.0-rc2 runs in production again, say the processes', processes.length === 2 && processes.every((process) => process.version === '1.2.0' && process.digest === digestsOf(cited)[process.component]), processes);
  report.say(`production is back at ${short(row?.snapshot)}, and held`);
}
