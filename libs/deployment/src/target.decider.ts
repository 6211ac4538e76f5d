import { type Command, type Decider, never } from '@slipway/kernel';
import { errorDeployment, failStep, startDeployment, startStep, succeedStep } from './execution.js';
import { liftHold, placeHold } from './hold.js';
import { admitRollback, cancelDeployment, denyRollback, requestDeployment } from './queue.js';
import type { AdmitRollback, CancelDeployment, DenyRollback, RequestDeployment } from './reactor.commands.js';
import { rollBack } from './rollback.js';
import type { LiftHold, PlaceHold, RollBack } from './target.commands.js';
import type { TargetEvent } from './target.events.js';
import { evolveTarget, initialTarget, type TargetState } from './target.state.js';
import type { ErrorDeployment, FailStep, StartDeployment, StartStep, SucceedStep } from './worker.commands.js';

export type TargetCommand =
  | Command<'RequestDeployment', RequestDeployment>
  | Command<'CancelDeployment', CancelDeployment>
  | Command<'RollBack', RollBack>
  | Command<'AdmitRollback', AdmitRollback>
  | Command<'DenyRollback', DenyRollback>
  | Command<'PlaceHold', PlaceHold>
  | Command<'LiftHold', LiftHold>
  | Command<'StartDeployment', StartDeployment>
  | Command<'StartStep', StartStep>
  | Command<'SucceedStep', SucceedStep>
  | Command<'FailStep', FailStep>
  | Command<'ErrorDeployment', ErrorDeployment>;

/**
 * One application in one environment: what waits, what runs, what ran before. At most one deployment runs, and only the
 * holder of its newest token may write about it.
 *
 * Errors: TARGET_NOT_FOUND, DEPLOYMENT_NOT_FOUND, NOTHING_TO_ROLL_BACK_TO, DEPLOYMENT_IN_PROGRESS (the same rollback is
 * under way), HOLD_NOT_FOUND, DEPLOYMENT_TOKEN_STALE (another worker took over), INVALID_COMMAND (a step out of turn, or a
 * review of something else).
 */
export const targetDecider: Decider<TargetCommand, TargetState, TargetEvent> = {
  initial: () => initialTarget,
  evolve: evolveTarget,
  decide(command, state) {
    switch (command.type) {
      case 'RequestDeployment':
        return requestDeployment(command.data, state);
      case 'CancelDeployment':
        return cancelDeployment(command.data, state);
      case 'RollBack':
        return rollBack(command.data, command.actor, state);
      case 'AdmitRollback':
        return admitRollback(command.data, state);
      case 'DenyRollback':
        return denyRollback(command.data, state);
      case 'PlaceHold':
        return placeHold(command.data, command.actor, state);
      case 'LiftHold':
        return liftHold(command.data, command.actor, state);
      case 'StartDeployment':
        return startDeployment(command.data, command.at, state);
      case 'StartStep':
        return startStep(command.data, state);
      case 'SucceedStep':
        return succeedStep(command.data, state);
      case 'FailStep':
        return failStep(command.data, state);
      case 'ErrorDeployment':
        return errorDeployment(command.data, state);
      default:
        return never(command);
    }
  },
};
