import type { DomainEvent } from '@slipway/kernel';
import { ADMISSION_SENTENCES } from './admission.sentences.js';
import { BUILD_SENTENCES } from './build.sentences.js';
import { DEPLOYMENT_SENTENCES } from './deployment.sentences.js';
import { PLANNING_SENTENCES } from './planning.sentences.js';
import type { SlipwayEvent } from './slipway-event.js';
import type { Sentences } from './words.js';

const SENTENCES: Sentences<SlipwayEvent> = {
  ...PLANNING_SENTENCES,
  ...BUILD_SENTENCES,
  ...ADMISSION_SENTENCES,
  ...DEPLOYMENT_SENTENCES,
};

/** False for what another, perhaps later, program wrote into the same log. */
export const isSlipwayEvent = (event: DomainEvent): event is SlipwayEvent => Object.hasOwn(SENTENCES, event.type);

/**
 * What happened, in one plain English sentence: names, short digests, reasons with their codes. Who did it and when are
 * not in it, as every record has them beside it. An event of a type that is not known here is described by its type.
 */
export function describe(event: DomainEvent): string {
  if (!isSlipwayEvent(event)) return `${event.type} (an event that this version of Slipway does not know)`;
  // Type and data belong together in an event; the compiler loses that when it looks both up.
  const sentence = SENTENCES[event.type] as (data: SlipwayEvent['data']) => string;
  return sentence(event.data);
}
