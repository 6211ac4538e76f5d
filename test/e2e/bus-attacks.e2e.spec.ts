import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeclareFreeze, LiftFreeze } from '@slipway/admission/contract';
import { makeSigningKey, readSigningKey, signAssertion, signerFor, type SigningKey } from '@slipway/identity';
import { encode, type Signer, subjectOf } from '@slipway/messaging';
import { assertionKeyFiles } from '@slipway/platform';
import { AuditLog, ListFreezes } from '@slipway/query/contract';
import { Rig } from './rig.js';
import { type RawMessage, send, signed } from './send.js';

const DECLARE = subjectOf(DeclareFreeze);
const MALLORY = 'person:mallory';
const mallory = { sub: MALLORY, grants: { prod: ['operator'] } } as const;

interface Line {
  readonly subject?: string;
  readonly commandId?: string;
  readonly code?: string;
  readonly actor?: string;
  readonly claimedActor?: string;
}

describe('from a client of the bus that has no key of the gateway', () => {
  let rig: Rig;
  let key: SigningKey;
  let signer: Signer;

  beforeAll(async () => {
    rig = await Rig.start('attacks');
    key = readSigningKey(readFileSync(assertionKeyFiles(join(rig.directory, 'platform')).privateFile, 'utf8'));
    signer = signerFor(key, mallory);
  }, 60_000);

  afterAll(() => rig.stop(), 30_000);

  const freeze = (name: string): object => ({ freeze: `prod/${name}`, environments: ['live'], reason: 'x' });
  const captured = (name: string): RawMessage => signed(DECLARE, freeze(name), signer);
  /** Signed at another time than now. */
  const signedAt = (secondsFromNow: number): RawMessage => {
    const message = { subject: DECLARE, commandId: randomUUID(), body: encode(freeze('later')) };
    const iat = Math.floor(Date.now() / 1_000) + secondsFromNow;
    return { ...message, assertion: signAssertion(key, { ...mallory, jti: randomUUID(), iat, exp: iat + 30 }, message) };
  };
  const foreign = readSigningKey(makeSigningKey().privatePem);
  const unsigned = (message: RawMessage): string => {
    const [, claims] = message.assertion!.split('.');
    return `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'slipway-assertion+jwt', kid: key.keyId })).toString('base64url')}.${claims}.`;
  };

  /** What the service logged of a refusal. */
  async function refusals(service: string, { commandId }: RawMessage, code: string): Promise<Line[]> {
    const file = join(rig.directory, `platform/logs/${service}.log`);
    for (let tries = 0; ; tries++) {
      const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
      const found = lines.filter((line) => line.commandId === commandId && line.code === code);
      if (found.length > 0 || tries === 40) return found;
      await sleep(50);
    }
  }

  it.each<[string, string, () => RawMessage, 'actor' | 'claimedActor' | 'nobody']>([
    ['a changed body', 'ASSERTION_INVALID', () => ({ ...captured('a'), body: encode(freeze('b')) }), 'claimedActor'],
    ['a changed subject', 'ASSERTION_INVALID', () => ({ ...captured('a'), subject: subjectOf(LiftFreeze) }), 'claimedActor'],
    ['a changed command id', 'ASSERTION_INVALID', () => ({ ...captured('a'), commandId: randomUUID() }), 'claimedActor'],
    ['an expired assertion', 'ASSERTION_INVALID', () => signedAt(-31), 'claimedActor'],
    ['an assertion from the future', 'ASSERTION_INVALID', () => signedAt(30), 'claimedActor'],
    ['a foreign key', 'ASSERTION_INVALID', () => signed(DECLARE, freeze('a'), signerFor(foreign, mallory)), 'claimedActor'],
    ['a foreign key under the name of ours', 'ASSERTION_INVALID', () => signed(DECLARE, freeze('a'), signerFor({ ...foreign, keyId: key.keyId }, mallory)), 'claimedActor'],
    ['algorithm none', 'ASSERTION_INVALID', () => ((message) => ({ ...message, assertion: unsigned(message) }))(captured('a')), 'claimedActor'],
    ['garbage for an assertion', 'ASSERTION_INVALID', () => ({ ...captured('a'), assertion: 'garbage' }), 'nobody'],
    ['no assertion', 'ASSERTION_MISSING', () => ({ ...captured('a'), assertion: undefined }), 'nobody'],
    ['an actor in the payload', 'INVALID_COMMAND', () => signed(DECLARE, { ...freeze('a'), actor: 'person:sre' }, signer), 'actor'],
    ['an object of another workspace', 'NOT_ALLOWED', () => signed(DECLARE, { ...freeze('a'), freeze: 'bank/a' }, signer), 'actor'],
  ])('%s is refused with %s, and logged once with who and what', async (_what, code, make, who) => {
    const message = make();
    expect((await send(rig.bus.connection, message)).code).toBe(code);
    const lines = await refusals('admission', message, code);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ subject: message.subject, ...(who !== 'nobody' && { [who]: MALLORY }) });
  });

  it('a captured message that is sent again is refused, and logged once', async () => {
    const message = captured('first');
    expect((await send(rig.bus.connection, message)).code).toBeUndefined();
    expect((await send(rig.bus.connection, message)).code).toBe('ASSERTION_REPLAYED');
    expect(await refusals('admission', message, 'ASSERTION_REPLAYED')).toMatchObject([{ subject: DECLARE, actor: MALLORY }]);
  });

  it('a captured question that is changed, or asked without the right, is refused and logged once', async () => {
    const log = subjectOf(AuditLog);
    const changed = { ...signed(log, {}, signer), body: encode({ limit: 1_000 }) };
    expect((await send(rig.bus.connection, changed)).code).toBe('ASSERTION_INVALID');
    expect(await refusals('audit', changed, 'ASSERTION_INVALID')).toHaveLength(1);
    const asked = signed(log, {}, signer);
    expect((await send(rig.bus.connection, asked)).code).toBe('NOT_ALLOWED');
    expect(await refusals('audit', asked, 'NOT_ALLOWED')).toMatchObject([{ subject: log, actor: MALLORY }]);
  });

  it('nothing of all this had an effect but the message that was in order', async () => {
    const rows = await rig.operator.ask(ListFreezes, {});
    expect(rows).toMatchObject([{ freeze: 'prod/first', by: MALLORY }]);
    const events = await rig.operator.ask(AuditLog, {});
    expect(events.filter(({ stream }) => stream.startsWith('freeze-'))).toMatchObject([{ type: 'FreezeDeclared', actor: MALLORY }]);
  });
});
