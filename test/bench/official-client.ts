import { ANY, type EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';

const STREAMS = 10_000;
/** 381 bytes of data and 70 of metadata: the size of a usual event of ours, and of earlier measurements. */
const DATA = { text: 'x'.repeat(370) };
const METADATA = { correlation: '0'.repeat(53) };

let next = 0;

/** Appends of one event each, so many at a time, each to another stream. */
export async function appendFor(milliseconds: number, client: EventStoreDBClient, inFlight: number): Promise<{ events: number; times: number[] }> {
  const end = performance.now() + milliseconds;
  const times: number[] = [];
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      await client.appendToStream(`bench-${next++ % STREAMS}`, jsonEvent({ type: 'Measured', data: DATA, metadata: METADATA }), { expectedRevision: ANY });
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { events: times.length, times };
}

/** Reads so many events of a stream, or of `$all`, from the start. */
export async function readEvents(client: EventStoreDBClient, stream: string | undefined, count: number): Promise<{ events: number; times: number[] }> {
  const events = stream === undefined ? client.readAll({ fromPosition: START, maxCount: count }) : client.readStream(stream, { fromRevision: START, maxCount: count });
  let read = 0;
  for await (const { event } of events) if (event !== undefined) read++;
  if (read !== count) throw new Error(`read ${read} events of ${stream ?? '$all'} instead of ${count}`);
  return { events: read, times: [] };
}
