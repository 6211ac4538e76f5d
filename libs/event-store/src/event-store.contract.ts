import { describeAppendAndRead } from './append-and-read.contract.js';
import { describeConsume } from './consume.contract.js';
import { describeExecute } from './execute.contract.js';
import { describeFollow } from './follow.contract.js';
import type { OpenStore } from './testing.js';

/** What every implementation of the port keeps. `open` gives a store over a log that is empty. */
export function describeEventStore(open: OpenStore): void {
  describeAppendAndRead(open);
  describeFollow(open);
  describeConsume(open);
  describeExecute(open);
}
