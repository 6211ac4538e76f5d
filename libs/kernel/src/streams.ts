/**
 * Which service alone writes the streams with these prefixes. Its facts are published, and the event store lets nobody else append.
 * No prefix holds another hyphen: EventStoreDB's category of a stream ends at its first one.
 */
export const STREAMS = {
  planning: ['application-', 'releasePlan-', 'candidate-', 'release-'],
  admission: ['releasePlanAdmission-', 'review-', 'freeze-', 'exception-'],
  build: ['build-'],
  deployment: ['target-'],
} as const satisfies Record<string, readonly `${string}-`[]>;

/** A service that writes streams. */
export type StreamOwner = keyof typeof STREAMS;
export type StreamPrefix = (typeof STREAMS)[StreamOwner][number];

/** The name of a stream. There is no other way to one, so that none is without an owner. */
export const streamOf = (prefix: StreamPrefix, name: string): string => `${prefix}${name}`;

/** The streams that wake up a service's reactors. */
export const REACTS_TO = {
  planning: ['review-', 'target-'],
  admission: ['releasePlan-', 'releasePlanAdmission-', 'release-', 'target-', 'review-', 'freeze-', 'exception-'],
  build: ['candidate-'],
  deployment: ['review-', 'release-'],
} as const satisfies Record<StreamOwner, readonly StreamPrefix[]>;

/** The persistent subscriptions through which the replicas of a service share its reactions, and the publishing of its facts. */
export const reactorGroup = (service: string): string => `${service}-reactors`;
export const factGroup = (service: string): string => `${service}-facts`;

/** All such subscriptions of Slipway's services. */
export const GROUPS: readonly { readonly group: string; readonly prefixes: readonly StreamPrefix[] }[] = (Object.keys(STREAMS) as StreamOwner[]).flatMap((service) => [
  { group: reactorGroup(service), prefixes: REACTS_TO[service] },
  { group: factGroup(service), prefixes: STREAMS[service] },
]);
