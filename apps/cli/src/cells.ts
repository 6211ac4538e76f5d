import type { Reason } from '@slipway/kernel';
import { because, short } from '@slipway/query';

// How values look in tables.

export const NONE = '-';

/** `2026-03-01 10:00:05`, UTC. */
export const time = (iso: string | null): string => (iso === null ? NONE : iso.slice(0, 19).replace('T', ' '));

/** 12 hex digits. */
export const hex = (digest: string | null): string => (digest === null ? NONE : short(digest).replace('sha256:', ''));

export const words = (list: readonly string[]): string => (list.length === 0 ? NONE : list.join(', '));

export const why = (reasons: readonly Reason[]): string => (reasons.length === 0 ? NONE : because(reasons));
