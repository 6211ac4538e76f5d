import type { DomainEvent } from '@slipway/kernel';

export function describe(event: DomainEvent): string {
  return event.type;
}
