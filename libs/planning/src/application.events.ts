import type { Component } from '@slipway/build/contract';
import { type DomainEvent, streamOf } from '@slipway/kernel';

/** Stream `application-<workspace>/<name>`. */
export const applicationStream = (application: string): string => streamOf('application-', application);

export interface ApplicationSpec {
  /** `workspace/name`. */
  readonly application: string;
  /** Git URL or absolute local path. */
  readonly repository: string;
  /** The branch that candidates are cut from. */
  readonly mainline: string;
  readonly components: readonly Component[];
}

export type ApplicationRegistered = DomainEvent<'ApplicationRegistered', ApplicationSpec>;
export type ApplicationChanged = DomainEvent<'ApplicationChanged', ApplicationSpec>;

export type ApplicationEvent = ApplicationRegistered | ApplicationChanged;
