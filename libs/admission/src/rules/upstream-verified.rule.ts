import type { UpstreamVerifiedGate } from '../gate.js';
import { type GateContext, PASS, type Verdict, wait } from './rule.js';

/** The same snapshot was verified in the environment before, and has run there for long enough. The first environment has none before it. */
export function upstreamVerifiedRule({ gate, upstream, thing, now }: GateContext<UpstreamVerifiedGate>): Verdict {
  if (!upstream) return PASS;
  if (upstream.verified?.snapshotDigest !== thing.snapshot.digest) {
    return wait('NOT_VERIFIED_UPSTREAM', `${thing.snapshot.digest} must first be deployed and verified in ${upstream.environment}`);
  }
  if (upstream.rolledBack) {
    return wait('ROLLED_BACK_UPSTREAM', `${upstream.environment} was rolled back from ${thing.subject.release}; release a fixed candidate, or grant an exception for the upstream-verified gate`);
  }
  const soaked = Date.parse(upstream.verified.at) + (gate.soakMinutes ?? 0) * 60_000;
  if (Date.parse(now) >= soaked) return PASS;
  // The moment, not the minutes left: the same reason is not written again at each look.
  return wait('SOAKING', `runs in ${upstream.environment} since ${upstream.verified.at} and must stay there until ${new Date(soaked).toISOString()}`);
}
