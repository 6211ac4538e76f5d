import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { Received } from '@slipway/messaging';
import { admitted } from './attested.interceptor.js';

/** Gives the handler the message that was admitted, as its class. */
@Injectable()
export class AdmittedMessage implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (type !== 'body') return value;
    const message = value instanceof Received ? admitted(value) : undefined;
    if (!metatype || !(message instanceof metatype)) throw new TypeError('a handler must declare the class that OnCommand or OnQuery names');
    return message;
  }
}
