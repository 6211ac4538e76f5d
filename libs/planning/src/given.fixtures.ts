import { type Decider, fold, SlipwayError } from '@slipway/kernel';

/** `given(decider, [facts]).when(command).gives(facts)` or `.refuses(code)`: the grammar of the decider specs. */
export function given<C, S, E>(decider: Decider<C, S, E>, events: readonly E[] = []) {
  const state = fold(decider, events);
  return {
    when: (command: C) => ({
      gives: (...expected: E[]) => expect(decider.decide(command, state)).toEqual(expected),
      refuses: (code: SlipwayError['code']) => expect(refusal(() => decider.decide(command, state))).toBe(code),
    }),
  };
}

function refusal(decide: () => unknown): string {
  try {
    return `nothing: it gave ${JSON.stringify(decide())}`;
  } catch (error) {
    if (error instanceof SlipwayError) return error.code;
    throw error;
  }
}
