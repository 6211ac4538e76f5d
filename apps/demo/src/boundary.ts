import { DeclareFreeze, type WriteReleasePlanAdmission as Admission, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { CutCandidate, RequestRelease } from '@slipway/planning/contract';
import { ADMINISTRATOR, type Cast, CI, DANA, OLE, PAT, RIA, SAM } from './cast.js';
import { APPLICATION, PLAN } from './manifests.js';
import { refusalOf } from './operator.js';
import type { Stage } from './stage.js';

/** Each tries what is the other's: the gateway says who asks, and the services refuse. */
export async function boundary({ operator, report }: Stage, cast: Cast, admission: Admission): Promise<void> {
  report.chapter('Two teams: nobody acts for the other, or as somebody else');
  const refused = (statement: string, codes: Readonly<Record<string, string | undefined>>, expected: string): void =>
    report.check(statement, Object.values(codes).every((code) => code === expected), codes);

  const cut = (who: string) => operator.refusal(who, CutCandidate, { application: APPLICATION, version: '1.0.0' });
  refused('the managed-environment team may not cut a candidate', { [PAT]: await cut(PAT), [SAM]: await cut(SAM), [OLE]: await cut(OLE) }, 'NOT_ALLOWED');

  const admit = (who: string) => operator.refusal(who, WriteReleasePlanAdmission, admission);
  const freeze = (who: string) => operator.refusal(who, DeclareFreeze, { freeze: 'sre/not-yours', environments: ['production'], reason: 'not mine' });
  refused('the development team may not write an admission, or declare a freeze', { [DANA]: await admit(DANA), [CI]: await freeze(CI) }, 'NOT_ALLOWED');

  const request = (who: string) => operator.refusal(who, RequestRelease, { plan: PLAN, candidate: '1.0.0-rc1' });
  refused('within a team each has a role: a developer does not request a release, an operator does not write policy', { [DANA]: await request(DANA), [OLE]: await admit(OLE) }, 'NOT_ALLOWED');

  const makeToken = (who: string) => refusalOf(cast.as(who).ask('POST', '/tokens', { subject: SAM, grants: { sre: ['approver'] } }));
  refused('only the administrator makes tokens, and may do nothing else', { [RIA]: await makeToken(RIA), [ADMINISTRATOR]: await cut(ADMINISTRATOR) }, 'NOT_ALLOWED');

  const asSomebodyElse = cast.as(DANA).ask('POST', `/applications/${APPLICATION}/candidates`, { version: '1.0.0', actor: SAM });
  refused('a command does not say who sends it: the token does', { [DANA]: await refusalOf(asSomebodyElse) }, 'INVALID_COMMAND');
  refused('whoever makes a token up is nobody', { stranger: await refusalOf(cast.asStranger().command(CutCandidate, { application: APPLICATION, version: '1.0.0' })) }, 'NOT_SIGNED_IN');
}
