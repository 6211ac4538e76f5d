import { type Command, type Decider, never, SlipwayError } from '@slipway/kernel';
import type { DeclareFreeze, LiftFreeze } from './freeze.commands.js';
import type { Freeze, FreezeEvent } from './freeze.events.js';
import { instant, isBefore } from './instant.js';

export type FreezeCommand = Command<'DeclareFreeze', DeclareFreeze> | Command<'LiftFreeze', LiftFreeze>;

/** The freezes of one managed workspace that were not lifted, by name. Some may have ended by themselves. */
export type FreezeState = Readonly<Record<string, Freeze>>;

export const freezeDecider: Decider<FreezeCommand, FreezeState, FreezeEvent> = {
  initial: () => ({}),

  evolve(state, event) {
    switch (event.type) {
      case 'FreezeDeclared':
        return { ...state, [event.data.freeze]: event.data };
      case 'FreezeLifted': {
        const { [event.data.freeze]: _lifted, ...rest } = state;
        return rest;
      }
      default:
        return never(event);
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'DeclareFreeze':
        return declare(command, state);
      case 'LiftFreeze':
        return lift(command, state);
      default:
        return never(command);
    }
  },
};

function declare({ data, actor, at }: Command<'DeclareFreeze', DeclareFreeze>, state: FreezeState): FreezeEvent[] {
  if (standing(state, data.freeze, at)) {
    throw new SlipwayError('FREEZE_EXISTS', `freeze ${data.freeze} is in force or about to be; lift it first, or choose another name`);
  }
  const from = data.from === undefined ? at : instant(data.from, 'from');
  const until = data.until === undefined ? null : instant(data.until, 'until');
  if (until !== null && Date.parse(until) <= Date.parse(from)) {
    throw new SlipwayError('INVALID_COMMAND', `a freeze from ${from} can't end at ${until}; until must be later than from`);
  }
  const { freeze, environments, reason, holdsRollbacks = false } = data;
  return [{ type: 'FreezeDeclared', data: { freeze, environments, from, until, reason, by: actor, holdsRollbacks } }];
}

function lift({ data, actor, at }: Command<'LiftFreeze', LiftFreeze>, state: FreezeState): FreezeEvent[] {
  if (!standing(state, data.freeze, at)) throw new SlipwayError('FREEZE_NOT_FOUND', `no freeze ${data.freeze} is in force; it was never declared, was lifted, or has ended`);
  return [{ type: 'FreezeLifted', data: { freeze: data.freeze, reason: data.reason, by: actor } }];
}

/** Declared, not lifted, and not over. One that begins later stands as well: its name is taken. */
function standing(state: FreezeState, name: string, at: string): boolean {
  const freeze = state[name];
  return freeze !== undefined && isBefore(at, freeze.until);
}
