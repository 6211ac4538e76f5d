import { SlipwayError } from './errors.js';

/** Who acts, as `kind:id`: a person, a machine account, or one of our services acting by itself. */
export interface Actor {
  readonly kind: 'person' | 'machine' | 'service';
  readonly id: string;
}

const FORM = /^(person|machine|service):([A-Za-z0-9][A-Za-z0-9._@/-]{0,127})$/;

export function parseActor(text: string): Actor {
  const match = FORM.exec(text);
  if (!match) {
    throw new SlipwayError('ACTOR_MALFORMED', `"${text}" is not an actor; write kind:id with kind person, machine or service, such as person:alice`);
  }
  return { kind: match[1] as Actor['kind'], id: match[2]! };
}

export const isPerson = (actor: string): boolean => FORM.exec(actor)?.[1] === 'person';
