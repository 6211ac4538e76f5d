import type { RecordedEvent } from './event-store.js';

/** Lifts the data of one event type from one schema to the next. Pure. */
export interface Upcaster {
  readonly type: string;
  readonly fromSchema: number;
  readonly lift: (data: unknown) => unknown;
}

/**
 * Lifts `type` from schema `fromSchema` to `fromSchema + 1`.
 * The old shape is what the log holds, so `Old` is the writer's word for it; the corpus of old logs proves it.
 */
export function upcaster<Old, New>(type: string, fromSchema: number, lift: (data: Old) => New): Upcaster {
  return { type, fromSchema, lift: (data) => lift(data as Old) };
}

/** Every upcaster of a service: read paths show each event in today's schema, whenever it was written. */
export class Upcasters {
  private readonly byType = new Map<string, Map<number, Upcaster>>();

  /** Throws TypeError for two upcasters of one step, or a missing step: either would lift some events wrongly and silently. */
  constructor(upcasters: readonly Upcaster[] = []) {
    for (const each of upcasters) this.add(each);
    for (const [type, steps] of this.byType) {
      const lowest = Math.min(...steps.keys());
      for (let schema = lowest; schema < lowest + steps.size; schema++) {
        if (!steps.has(schema)) throw new TypeError(`${type} has no upcaster from schema ${schema}, but one from a later schema`);
      }
    }
  }

  /** The schema in which a type is written today; 1 for a type that never changed. */
  schemaOf(type: string): number {
    return Math.max(0, ...(this.byType.get(type)?.keys() ?? [])) + 1;
  }

  /** The event in today's schema; the very same object when it is already there. */
  lift(event: RecordedEvent): RecordedEvent {
    const steps = this.byType.get(event.type);
    if (!steps?.has(event.metadata.schema)) return event;
    let { data } = event;
    let { schema } = event.metadata;
    for (let step = steps.get(schema); step; step = steps.get(++schema)) data = step.lift(data);
    return { ...event, data, metadata: { ...event.metadata, schema } };
  }

  private add(upcaster: Upcaster): void {
    const steps = this.byType.get(upcaster.type) ?? new Map<number, Upcaster>();
    if (steps.has(upcaster.fromSchema)) throw new TypeError(`${upcaster.type} has two upcasters from schema ${upcaster.fromSchema}`);
    steps.set(upcaster.fromSchema, upcaster);
    this.byType.set(upcaster.type, steps);
  }
}
