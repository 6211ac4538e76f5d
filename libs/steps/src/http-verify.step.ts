import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import type { HttpVerifyStep } from '@slipway/deployment/contract';
import { SlipwayError } from '@slipway/kernel';
import { bodyStart } from './body-start.js';
import type { SecretMask } from './mask/secret-mask.js';
import type { StepContext, StepResult } from './step-context.js';

const DEFAULTS = { status: 200, tries: 10, intervalSeconds: 1 };
/** For one try. */
const TRY_MS = 10_000;
/** How much of a wrong answer is told, after secrets were hidden: half a secret would not be found. */
const QUOTE = 200;

/**
 * Asks until the answer is right. Redirects are answers, not followed: where they lead is another URL to verify. Only the
 * first MiB of a body is looked at. Throws VERIFICATION_FAILED with the last answer.
 */
export async function verifyHttp(step: HttpVerifyStep, { mask }: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { tries, intervalSeconds } = { ...DEFAULTS, ...step };
  let last = 'did not answer in time';
  for (let attempt = 1; ; attempt++) {
    const fault = await ask(step, mask, signal);
    if (fault === undefined) return { output: { url: step.url, status: String(step.status ?? DEFAULTS.status), tries: String(attempt) } };
    // A try that was cut off says nothing; the one before it does.
    if (!signal.aborted) last = fault;
    if (attempt >= tries || signal.aborted) throw new SlipwayError('VERIFICATION_FAILED', `${step.url} ${last} (${attempt} of ${tries} tries)`);
    await pause(intervalSeconds, signal);
  }
}

/** What is wrong with the answer, in words; undefined when it is right. */
async function ask({ url, status = DEFAULTS.status, bodyContains }: HttpVerifyStep, mask: SecretMask, signal: AbortSignal): Promise<string | undefined> {
  const limit = AbortSignal.timeout(TRY_MS);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([signal, limit]) });
    const body = await bodyStart(answer);
    if (answer.status !== status) return `answered ${answer.status} instead of ${status}: ${quote(mask.text(body))}`;
    if (bodyContains !== undefined && !body.includes(bodyContains)) return `answered ${status} without ${JSON.stringify(bodyContains)}: ${quote(mask.text(body))}`;
    return undefined;
  } catch (error) {
    return limit.aborted ? `did not answer within ${TRY_MS / 1_000} s` : `did not answer: ${whyOf(error)}`;
  }
}

/** fetch says "fetch failed" and keeps the reason as the cause; several addresses make several reasons. */
function whyOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  const [inner] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [error.cause];
  return inner === undefined ? error.message || error.name : whyOf(inner);
}

const quote = (body: string): string => (body.trim() === '' ? 'an empty body' : JSON.stringify(body.trim().slice(0, QUOTE)));

/** Cut short by the signal: the next try sees that and tells the last answer. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1_000, undefined, { signal }).catch((error: Error) => {
    if (!signal.aborted) throw error;
  });
}
