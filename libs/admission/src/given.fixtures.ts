import { codeOf, type Command, type Decider, fold } from '@slipway/kernel';

/** given(events).when(command): the facts that follow, or the code of the refusal. */
export const specFor = <C extends Command, S, E>(decider: Decider<C, S, E>) => (...events: E[]) => ({
  when: (command: C): E[] => decider.decide(command, fold(decider, events)),
  refuses(command: C): string {
    try {
      decider.decide(command, fold(decider, events));
    } catch (refusal) {
      return codeOf(refusal);
    }
    return 'not refused';
  },
});
