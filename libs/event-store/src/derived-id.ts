import { v5 as uuidV5 } from 'uuid';

/** A UUIDv5 that always follows from the same event and name: the id of the command that a reactor makes of an event. */
export const derivedId = (eventId: string, name: string): string => uuidV5(name, eventId);
