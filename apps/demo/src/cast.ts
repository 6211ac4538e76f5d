import { readFileSync } from 'node:fs';
import type { Grants } from '@slipway/identity';
import { connectGateway, type GatewayClient } from '@slipway/messaging';
import type { Platform } from '@slipway/platform';

export const DANA = 'person:dana'; // development team: writes the code, registers, plans, cherry-picks
export const CI = 'machine:ci'; // development team's machine: cuts
export const RIA = 'person:ria'; // development team: requests releases. She also helps out in the managed team
export const PAT = 'person:pat'; // managed-environment team: writes what is admitted, and the exceptions from it
export const SAM = 'person:sam'; // managed-environment team: approves
export const OLE = 'person:ole'; // managed-environment team: freezes, lifts holds, rolls back, and looks at it all
export const ADA = 'person:ada'; // reads the evidence, and nothing else
export const ADMINISTRATOR = 'person:administrator';

/** Who appears, with the roles that each needs. */
const CAST: Readonly<Record<string, Grants>> = {
  [DANA]: { acme: ['developer'] },
  [CI]: { acme: ['developer'] },
  [RIA]: { acme: ['releaser'], sre: ['approver', 'policy-author'] },
  [PAT]: { sre: ['policy-author'] },
  [SAM]: { sre: ['approver'] },
  [OLE]: { sre: ['operator'] },
  [ADA]: { '*': ['auditor'] },
};

/** Everybody who appears, each with a token of their own: nobody holds another's. */
export class Cast {
  private constructor(
    private readonly url: string,
    private readonly tokens: ReadonlyMap<string, string>,
  ) {}

  /** The first administrator makes a token for each of them, over HTTP as anybody would. */
  static async signIn({ connections: { gateway: url }, firstAdministratorFile }: Platform): Promise<Cast> {
    if (firstAdministratorFile === undefined) throw new Error('a new platform has a first administrator');
    const administrator = readFileSync(firstAdministratorFile, 'utf8').trim();
    const tokens = new Map([[ADMINISTRATOR, administrator]]);
    const gateway = connectGateway({ url, token: administrator });
    for (const [subject, grants] of Object.entries(CAST)) {
      const { token } = await gateway.ask<{ token: string }>('POST', '/tokens', { subject, grants, days: 1 });
      tokens.set(subject, token);
    }
    return new Cast(url, tokens);
  }

  /** Slipway, as one of them reaches it. */
  as(who: string): GatewayClient {
    return connectGateway({ url: this.url, token: this.tokenOf(who) });
  }

  tokenOf(who: string): string {
    const token = this.tokens.get(who);
    if (token === undefined) throw new TypeError(`${who} does not appear`);
    return token;
  }

  /** Slipway, for who has made a token up. */
  asStranger(): GatewayClient {
    return connectGateway({ url: this.url, token: `slw_${'0'.repeat(12)}_${'A'.repeat(43)}` });
  }
}
