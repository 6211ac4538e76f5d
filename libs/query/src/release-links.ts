import type { DomainEvent } from '@slipway/kernel';
import { isSlipwayEvent } from './describe.js';
import type { SlipwayEvent } from './slipway-event.js';

/** Where it is kept which release a deployment or an exception belongs to, from the event that says so to those that follow. */
export interface ReleaseLinks {
  releaseOf(key: string): string | undefined;
  link(key: string, release: string): void;
}

/** The releases that an event is about. */
export interface Belonging {
  /** The release whose story the event is a part of. */
  readonly release: string | null;
  /** In the events of a rollback: the release whose snapshot comes back. */
  readonly restored: string | null;
}

/**
 * Tells which release an event belongs to. A release owns its own stream, its review, its deployments and the exceptions
 * granted to it.
 *
 * A rollback belongs to the release that it undoes: the one that was deployed to the target last, whether it ran or failed
 * there. People ask what became of a release, and being rolled back is the end of that story; the release that comes back
 * is named beside it as `restored`.
 *
 * Events must come in the order of the log.
 */
export function belongingOf(event: DomainEvent, links: ReleaseLinks): Belonging {
  if (!isSlipwayEvent(event)) return { release: null, restored: null };
  remember(event, links);
  const named = nameIn(event);
  if (named === null) return { release: null, restored: null };
  if ('release' in named) return { release: named.release, restored: null };
  return { release: links.releaseOf(named.key) ?? null, restored: links.releaseOf(restoredKey(named.key)) ?? null };
}

/** The environment that an event names; null: none. */
export function environmentOf(event: DomainEvent): string | null {
  if (!isSlipwayEvent(event)) return null;
  const { data } = event;
  if ('environment' in data) return data.environment;
  // A target is `workspace/environment/…`; of a plan or release it is the workspace alone.
  return 'target' in data ? (data.target.split('/')[1] ?? null) : null;
}

const deploymentKey = (target: string, deployment: string): string => `deployment ${target}/${deployment}`;
const exceptionKey = (exception: string): string => `exception ${exception}`;
const restoredKey = (key: string): string => `restored by ${key}`;
/** Which release was deployed to a target last. */
const occupantKey = (target: string): string => `occupant ${target}`;

function remember(event: SlipwayEvent, links: ReleaseLinks): void {
  switch (event.type) {
    case 'ExceptionGranted':
      return links.link(exceptionKey(event.data.exception), event.data.release);
    case 'DeploymentRequested':
      return links.link(deploymentKey(event.data.target, event.data.deployment), event.data.release);
    case 'RollbackRequested': {
      const { target, deployment, release } = event.data;
      const key = deploymentKey(target, deployment);
      links.link(key, links.releaseOf(occupantKey(target)) ?? release);
      return links.link(restoredKey(key), release);
    }
    case 'DeploymentStarted': {
      const key = deploymentKey(event.data.target, event.data.deployment);
      const release = links.releaseOf(key);
      // A rollback takes the target over only when it succeeds: one that fails leaves what it was to undo.
      if (release !== undefined && links.releaseOf(restoredKey(key)) === undefined) links.link(occupantKey(event.data.target), release);
      return;
    }
    case 'DeploymentSucceeded':
      return links.link(occupantKey(event.data.target), event.data.release);
    default:
      return;
  }
}

/** A release by its name, or what a release is linked to. */
function nameIn({ data }: SlipwayEvent): { release: string } | { key: string } | null {
  if ('subject' in data) {
    const { subject } = data;
    return subject.kind === 'release' ? { release: subject.release } : { key: deploymentKey(subject.target, subject.deployment) };
  }
  if ('exception' in data) return { key: exceptionKey(data.exception) };
  if ('target' in data && 'deployment' in data) return data.deployment === undefined ? null : { key: deploymentKey(data.target, data.deployment) };
  return 'release' in data ? { release: data.release } : null;
}
