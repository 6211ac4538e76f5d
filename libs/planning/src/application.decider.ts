import { canonicalJson, type Command, type Decider, never } from '@slipway/kernel';
import type { RegisterApplication } from './application.commands.js';
import type { ApplicationEvent, ApplicationSpec } from './application.events.js';

export type ApplicationCommand = Command<'RegisterApplication', RegisterApplication>;

/** The application as it is now; null: not registered. */
export type ApplicationState = ApplicationSpec | null;

const DEFAULT_MAINLINE = 'main';

/** One application: registered once, changed whenever what is said about it differs. */
export const applicationDecider: Decider<ApplicationCommand, ApplicationState, ApplicationEvent> = {
  initial: () => null,

  evolve(_state, event) {
    switch (event.type) {
      case 'ApplicationRegistered':
      case 'ApplicationChanged':
        return event.data;
      default:
        return never(event);
    }
  },

  decide(command, state) {
    switch (command.type) {
      case 'RegisterApplication':
        return register(command.data, state);
      default:
        return never(command.type);
    }
  },
};

function register({ application, repository, mainline, components }: RegisterApplication, state: ApplicationState): ApplicationEvent[] {
  const spec: ApplicationSpec = { application, repository, mainline: mainline ?? DEFAULT_MAINLINE, components };
  if (state === null) return [{ type: 'ApplicationRegistered', data: spec }];
  return canonicalJson(spec) === canonicalJson(state) ? [] : [{ type: 'ApplicationChanged', data: spec }];
}
