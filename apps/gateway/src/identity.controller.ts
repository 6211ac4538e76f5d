import { Controller, Get, Query, Req } from '@nestjs/common';
import { type Action, ACTIONS, EVERYWHERE, isAction, mayDo, mayDoAnywhere, rolesFor, ruleFor, type Role, sidesOf, workspaceOf } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import { type Caller, callerOf, type Request } from './caller.js';

export interface CanAnswer {
  readonly action: Action;
  readonly object: string | null;
  readonly allowed: boolean;
  /** Each of these, in that workspace or in `*`, gives it. */
  readonly roles: readonly Role[];
}

/** What callers ask about themselves. */
@Controller('v1')
export class IdentityController {
  @Get('whoami')
  whoami(@Req() request: Request): Caller {
    return callerOf(request);
  }

  /** The services say what is allowed in the end: a review's state, or who wrote the change, may stand against it. */
  @Get('can')
  can(@Req() request: Request, @Query('action') action: unknown, @Query('object') object: unknown): CanAnswer {
    if (typeof action !== 'string' || !isAction(action)) throw new SlipwayError('INVALID_COMMAND', `action must be one of ${ACTIONS.map((rule) => rule.action).join(', ')}`);
    if (object !== undefined && typeof object !== 'string') throw new SlipwayError('INVALID_COMMAND', 'object must be one name');
    return { action, object: object ?? null, allowed: isAllowed(callerOf(request), action, object || undefined), roles: rolesFor(action) };
  }
}

function isAllowed({ grants }: Caller, action: Action, object: string | undefined): boolean {
  const { on, eitherSide } = ruleFor(action);
  if (on === 'platform') return mayDo(grants, action, EVERYWHERE);
  if (on === 'public' || (object === undefined && on === 'rows')) return mayDoAnywhere(grants, action);
  if (object === undefined) throw new SlipwayError('INVALID_COMMAND', `${action} is done to an object: name it, such as workspace/name`);
  const { managed, tenant } = sidesOf(object);
  return mayDo(grants, action, workspaceOf(object)) || (on === 'target' && eitherSide === true && [managed, tenant].some((side) => mayDo(grants, action, side)));
}
