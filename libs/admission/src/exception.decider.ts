import { type Command, type Decider, isPerson, never, SlipwayError, splitName } from '@slipway/kernel';
import { type Authors, authorship } from './authorship.js';
import type { GrantException, RevokeException } from './exception.commands.js';
import type { Exception, ExceptionEvent } from './exception.events.js';
import { instant, isBefore } from './instant.js';

/** Who made the release and where it goes, looked up in its review: none of its authors may let it past a gate. */
export interface ExceptedRelease extends Authors {
  /** The managed workspace. */
  readonly target: string;
  /** Those that the release goes through; null while it is not matched. */
  readonly environments: readonly string[] | null;
}

type Grant = Command<'GrantException', GrantException> & { readonly reviewed: ExceptedRelease; readonly emails: readonly string[] };

export type ExceptionCommand = Grant | Command<'RevokeException', RevokeException>;

/** The exceptions of one managed workspace that were not revoked, by name. Some may have ended by themselves. */
export type ExceptionState = Readonly<Record<string, Exception>>;

export const exceptionDecider: Decider<ExceptionCommand, ExceptionState, ExceptionEvent> = {
  initial: () => ({}),

  evolve(state, event) {
    switch (event.type) {
      case 'ExceptionGranted':
        return { ...state, [event.data.exception]: event.data };
      case 'ExceptionRevoked': {
        const { [event.data.exception]: _revoked, ...rest } = state;
        return rest;
      }
      default:
        return never(event);
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'GrantException':
        return grant(command, state);
      case 'RevokeException':
        return revoke(command, state);
      default:
        return never(command);
    }
  },
};

function grant({ data, actor, at, reviewed, emails }: Grant, state: ExceptionState): ExceptionEvent[] {
  refuseUnfitGrantor(data, actor, authorship(reviewed, actor, emails));
  refuseOtherPlace(data, reviewed);
  if (standing(state, data.exception, at)) {
    throw new SlipwayError('EXCEPTION_EXISTS', `exception ${data.exception} is in force; revoke it first, or choose another name`);
  }
  const until = data.until === undefined ? null : instant(data.until, 'until');
  if (!isBefore(at, until)) throw new SlipwayError('INVALID_COMMAND', `until must be in the future, but ${until} has passed`);
  const { exception, release, environment, gate, reason } = data;
  return [{ type: 'ExceptionGranted', data: { exception, release, environment, gate, reason, by: actor, until } }];
}

function refuseUnfitGrantor(data: GrantException, actor: string, did: string | undefined): void {
  if (!isPerson(actor)) throw new SlipwayError('APPROVER_NOT_A_PERSON', `${actor} is not a person; a person must answer for an exception`);
  if (did) throw new SlipwayError('EXCEPTION_BY_AUTHOR', `${actor} ${did}: ${data.release}; ask somebody else to grant ${data.exception}`);
}

/** Where no review would ever find it. */
function refuseOtherPlace({ exception, release, environment }: GrantException, { target, environments }: ExceptedRelease): void {
  if (splitName(exception).workspace !== target) {
    throw new SlipwayError('INVALID_COMMAND', `${release} goes to ${target}; its exceptions are named ${target}/…, not ${exception}`);
  }
  if (environments && !environments.includes(environment)) {
    throw new SlipwayError('ENVIRONMENT_NOT_FOUND', `${release} goes through ${environments.join(', ')}, not ${environment}`);
  }
}

function revoke({ data, actor, at }: Command<'RevokeException', RevokeException>, state: ExceptionState): ExceptionEvent[] {
  if (!standing(state, data.exception, at)) {
    throw new SlipwayError('EXCEPTION_NOT_FOUND', `no exception ${data.exception} is in force; it was never granted, was revoked, or has ended`);
  }
  return [{ type: 'ExceptionRevoked', data: { exception: data.exception, reason: data.reason, by: actor } }];
}

function standing(state: ExceptionState, name: string, at: string): boolean {
  const exception = state[name];
  return exception !== undefined && isBefore(at, exception.until);
}
