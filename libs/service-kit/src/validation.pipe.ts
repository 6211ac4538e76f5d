import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { SlipwayError, validated } from '@slipway/kernel';
import { MalformedMessage } from '@slipway/messaging';

/** Turns what came over the bus into the command class that the handler declares, or refuses it. */
@Injectable()
export class CommandValidation implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    if (value instanceof MalformedMessage) throw new SlipwayError('MALFORMED_MESSAGE', `the message is not JSON: ${value.detail}`);
    if (!metatype) throw new TypeError('a handler must declare the class of its command');
    return validated(metatype as new () => object, value);
  }
}
