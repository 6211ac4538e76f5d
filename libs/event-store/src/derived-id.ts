import { v5 as uuidV5 } from 'uuid';

/** Made once (UUIDv4) and never to change: every derived id of Slipway grows from it. */
const SLIPWAY_NAMESPACE = '4b945070-8aa7-44b0-8905-6d54d1e67f31';

/**
 * A UUIDv5 made of an id and what it is for: the same two always give the same id, so whatever is done twice is one thing.
 * Reactors derive a command id from an event's id and their own name.
 * @param id any text; it is hashed into the namespace, since callers may choose ids that are no UUIDs.
 */
export function derivedId(id: string, purpose: string): string {
  return uuidV5(purpose, uuidV5(id, SLIPWAY_NAMESPACE));
}
