import { type Appended, type EventStore, type ExpectedRevision, type NewEvent, UnknownOutcome } from './event-store.js';

/** What becomes of one append: `request` never arrives, `answer` is written but not confirmed, `late` arrives while the caller asks again. */
export type Loss = 'none' | 'request' | 'answer' | 'late';

/** Test double: a store whose appends meet the losses in turn, and none once these are used up. Everything else is the real store's. */
export function losesAnswers(store: EventStore, losses: Loss[]): EventStore & { readonly appends: readonly NewEvent[][] } {
  const appends: NewEvent[][] = [];
  const late: (() => Promise<unknown>)[] = [];
  const append = async (stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> => {
    appends.push([...events]);
    for (const arrive of late.splice(0)) await arrive();
    const loss = losses.shift() ?? 'none';
    if (loss === 'late') late.push(() => store.append(stream, events, expected));
    if (loss === 'answer') await store.append(stream, events, expected);
    if (loss !== 'none') throw new UnknownOutcome(`test double: lost the ${loss}`);
    return store.append(stream, events, expected);
  };
  return {
    appends,
    append,
    read: (stream, from, count) => store.read(stream, from, count),
    readAll: (from) => store.readAll(from),
    head: () => store.head(),
    follow: (options) => store.follow(options),
    consume: (options) => store.consume(options),
    close: () => store.close(),
  };
}
