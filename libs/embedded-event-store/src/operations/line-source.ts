import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { eventFromLine, type LineEvent } from './event-line.js';

/** The events of an NDJSON stream, one at a time; empty lines are passed over. Throws OperationFailed for a bad line. */
export async function* readEventLines(input: Readable): AsyncGenerator<LineEvent> {
  const lines = createInterface({ input, crlfDelay: Infinity });
  // readline's iterator does not pass an input's error on.
  let broken: Error | undefined;
  input.once('error', (error) => {
    broken = error;
    lines.close();
  });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() !== '') yield eventFromLine(line, number);
  }
  if (broken !== undefined) throw broken;
}
