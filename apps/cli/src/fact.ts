import type { CommandAnswer } from '@slipway/kernel';
import type { SlipwayEvent } from '@slipway/query';

type DataOf<T extends SlipwayEvent['type']> = Extract<SlipwayEvent, { type: T }>['data'];

/** The data of the fact of that type that a command made; undefined: it made none. */
export function factIn<T extends SlipwayEvent['type']>(answer: CommandAnswer, type: T): DataOf<T> | undefined {
  return answer.events.find((event) => event.type === type)?.data as DataOf<T> | undefined;
}
