import type { Reason } from '@slipway/kernel';

/** Why something waits whose review has not said anything yet. */
export const REVIEW_PENDING: Reason = { code: 'REVIEW_PENDING', message: 'waits for its review' };
