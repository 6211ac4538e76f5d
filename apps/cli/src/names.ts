import { type ErrorCode, SlipwayError } from '@slipway/kernel';
import { EnvironmentMatrix, ListApplications, ListFreezes, ListPlans, ListReleases } from '@slipway/query/contract';
import type { Session } from './session.js';

// Short names are resolved kindly: `shop` is `acme/shop` where that is the only shop. A qualified name is taken as it is.

const isQualified = (name: string): boolean => name.includes('/');

/** @throws SlipwayError APPLICATION_NOT_FOUND, AMBIGUOUS_NAME */
export async function applicationNamed(session: Session, name: string): Promise<string> {
  if (isQualified(name)) return name;
  const rows = await session.query(ListApplications, {});
  return only(name, rows.map(({ application }) => application), 'application', 'APPLICATION_NOT_FOUND');
}

/** @throws SlipwayError PLAN_NOT_FOUND, AMBIGUOUS_NAME */
export async function planNamed(session: Session, name: string): Promise<string> {
  if (isQualified(name)) return name;
  const rows = await session.query(ListPlans, {});
  return only(name, rows.map(({ plan }) => plan), 'plan', 'PLAN_NOT_FOUND');
}

/** Among the newest releases; `shop-1.8.0-rc1` is the only one of that candidate. @throws SlipwayError RELEASE_NOT_FOUND, AMBIGUOUS_NAME */
export async function releaseNamed(session: Session, name: string): Promise<string> {
  if (isQualified(name)) return name;
  const releases = (await session.query(ListReleases, { limit: 1_000 })).map(({ release }) => release);
  const candidateOf = (release: string): string => release.replace(/-[a-z0-9]+$/, '');
  const fitting = releases.filter((release) => [release, candidateOf(release)].some((each) => each.endsWith(`/${name}`)));
  return only(name, releases, 'release', 'RELEASE_NOT_FOUND', '', fitting);
}

/** Among those that were not lifted. @throws SlipwayError FREEZE_NOT_FOUND, AMBIGUOUS_NAME */
export async function freezeNamed(session: Session, name: string): Promise<string> {
  if (isQualified(name)) return name;
  const rows = await session.query(ListFreezes, {});
  return only(name, rows.map(({ freeze }) => freeze), 'freeze', 'FREEZE_NOT_FOUND');
}

/**
 * The target of an application in an environment, which is named `prod` or, with its workspace, `sre/prod`.
 * @throws SlipwayError APPLICATION_NOT_FOUND, TARGET_NOT_FOUND, AMBIGUOUS_NAME
 */
export async function targetNamed(session: Session, application: string, environment: string): Promise<string> {
  const qualified = await applicationNamed(session, application);
  if (isQualified(environment)) return `${environment}/${qualified}`;
  const rows = await session.query(EnvironmentMatrix, { application: qualified });
  const places = rows.map((row) => `${row.workspace}/${row.environment}`);
  if (places.length === 0) throw new SlipwayError('TARGET_NOT_FOUND', `${qualified} is not known to have been deployed anywhere; name the environment with its workspace, such as sre/${environment}`);
  const place = only(environment, places, 'environment', 'TARGET_NOT_FOUND', ` of ${qualified}`);
  return `${place}/${qualified}`;
}

/** The only one of the qualified names that ends with the short one. */
function only(name: string, known: readonly string[], what: string, missing: ErrorCode, whose = '', fitting = known.filter((each) => each.endsWith(`/${name}`))): string {
  const [first, ...others] = fitting;
  if (first === undefined) throw new SlipwayError(missing, `there is no ${what} ${name}${whose}${choices(known)}`);
  if (others.length === 0) return first;
  throw new SlipwayError('AMBIGUOUS_NAME', `${name} may be ${fitting.join(' or ')}; write it in full`, fitting.map((each) => ({ code: 'CHOICE', message: each })));
}

const MOST_CHOICES = 10;

const choices = (known: readonly string[]): string => (known.length === 0 ? '' : `; known: ${known.slice(0, MOST_CHOICES).join(', ')}${known.length > MOST_CHOICES ? ', …' : ''}`);
