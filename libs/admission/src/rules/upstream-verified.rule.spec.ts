import { context, minutesAfter, NOON, snapshot } from '../admission.fixtures.js';
import { upstreamVerifiedRule } from './upstream-verified.rule.js';

const ask = (at: string | null, soakMinutes?: number, snapshotDigest = snapshot.digest, rolledBack = false) =>
  upstreamVerifiedRule({
    ...context({ upstream: { environment: 'staging', verified: at === null ? null : { at, snapshotDigest }, rolledBack } }),
    gate: { type: 'upstream-verified', ...(soakMinutes !== undefined && { soakMinutes }) },
  });

describe('the upstream-verified gate', () => {
  it('passes in the first environment', () => {
    expect(upstreamVerifiedRule({ ...context({ upstream: null }), gate: { type: 'upstream-verified' } }).outcome).toBe('pass');
  });

  it('waits while the environment before has not verified this snapshot', () => {
    expect(ask(null)).toMatchObject({ outcome: 'wait', reasons: [{ code: 'NOT_VERIFIED_UPSTREAM' }] });
    expect(ask(NOON, 0, 'sha256:other')).toMatchObject({ outcome: 'wait', reasons: [{ code: 'NOT_VERIFIED_UPSTREAM' }] });
  });

  it('waits when the environment before was rolled back from it', () => {
    expect(ask(NOON, 0, undefined, true)).toMatchObject({ outcome: 'wait', reasons: [{ code: 'ROLLED_BACK_UPSTREAM' }] });
  });

  it('passes at once without a soak time', () => {
    expect(ask(NOON).outcome).toBe('pass');
  });

  it('soaks to the last millisecond, and says until when', () => {
    expect(ask(minutesAfter(-29), 30)).toEqual({
      outcome: 'wait',
      reasons: [{ code: 'SOAKING', message: `runs in staging since ${minutesAfter(-29)} and must stay there until ${minutesAfter(1)}` }],
    });
    expect(ask(minutesAfter(-30), 30).outcome).toBe('pass');
  });
});
