import { SlipwayError } from '@slipway/kernel';
import fc from 'fast-check';
import { decode, encode, JsonDeserializer, JsonSerializer, MalformedMessage, Received } from './codec.js';
import { ERROR_HEADERS } from './headers.js';

describe('the codec of the bus', () => {
  it('gives back what was sent', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(decode(encode(value))).toEqual(JSON.parse(JSON.stringify(value)))));
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decode(bytes)), { numRuns: 2_000 });
    expect(decode(Buffer.from([0xff, 0xfe]))).toBeInstanceOf(MalformedMessage);
    expect(decode(Buffer.from('{"a":'))).toBeInstanceOf(MalformedMessage);
  });

  it('takes no bytes for no fields', () => expect(decode(new Uint8Array())).toEqual({}));

  it('takes every message for a request, so that Nest never drops one in silence', () => {
    expect(new JsonDeserializer().deserialize(encode({ a: 1 }), { channel: 's' })).toEqual({ pattern: 's', data: new Received(encode({ a: 1 }), { a: 1 }), id: '-' });
  });

  it('answers with the bare value, and errors as problems with headers', () => {
    const serializer = new JsonSerializer();
    expect(decode(serializer.serialize({ id: '1', response: { a: 1 } }).data)).toEqual({ a: 1 });
    const answer = serializer.serialize({ id: '1', err: new SlipwayError('PLAN_NOT_FOUND', 'no such plan') });
    expect(decode(answer.data)).toMatchObject({ code: 'PLAN_NOT_FOUND', status: 404, detail: 'no such plan' });
    expect(answer.headers?.get(ERROR_HEADERS.code)).toBe('404');
    expect(answer.headers?.get(ERROR_HEADERS.text)).toBe('PLAN_NOT_FOUND');
  });
});
