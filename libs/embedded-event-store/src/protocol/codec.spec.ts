import { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { ReadReq as PersistentReadReq, ReadResp as PersistentReadResp } from '@eventstore/db-client/generated/persistent_pb';
import { StreamIdentifier, UUID, WrongExpectedVersion } from '@eventstore/db-client/generated/shared_pb';
import * as fc from 'fast-check';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb';

import {
  ANY, appendSuccess, appendWrongVersion, batchFailure, batchSuccess, InvalidRequest, NO_STREAM,
  readAppendMessage, readBatchChunk, readProposedEvent, STREAM_EXISTS, wrongVersionDetail,
} from './append-codec.js';
import { readAnswer } from './persistent-codec.js';
import { CAUGHT_UP, checkpoint, confirmation, EventMessage, streamNotFound } from './read-codec.js';
import { bytesOf } from '../testing/bytes-of.js';
import {
  encodeRecord, isJson, isOfSystemStream, recordCustomMetadata, recordData, recordId, recordStreamName, recordType, streamNameField, withStructuredId,
} from './recorded-event.js';
import { canonicalUuid, readUuid } from './uuid.js';
import { putVarint, varintSize, WireReader } from './wire.js';

const ID = '0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d';
const identifier = (stream: string) => new StreamIdentifier().setStreamName(Buffer.from(stream));
const buffer = (bytes: Uint8Array) => Buffer.from(bytes);

describe('the wire format', () => {
  it('reads back every varint it writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const bytes = Buffer.alloc(10);
        const end = putVarint(bytes, 0, value);
        expect(end).toBe(varintSize(value));
        expect(new WireReader(bytes, 0, end).varint()).toBe(value);
        expect(new WireReader(bytes, 0, end).varint64()).toBe(BigInt(value));
      }),
    );
  });

  it('reports truncated and malformed messages', () => {
    expect(() => new WireReader(Buffer.from([0x80])).varint()).toThrow(RangeError);
    expect(() => new WireReader(Buffer.alloc(11, 0xff)).varint()).toThrow(RangeError);
    expect(() => new WireReader(Buffer.from([5, 1])).view()).toThrow(RangeError);
    expect(() => new WireReader(Buffer.from([])).skip(3)).toThrow(RangeError);
  });

  it('skips fields it does not know', () => {
    const reader = new WireReader(Buffer.from([0x08, 1, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 2, 7, 7, 0x25, 0, 0, 0, 0, 0x28, 9]));
    const tags: number[] = [];
    for (let tag = reader.tag(); tag !== 0x28; tag = reader.tag()) {
      tags.push(tag);
      reader.skip(tag);
    }
    expect(tags).toEqual([0x08, 0x11, 0x1a, 0x25]);
    expect(reader.varint()).toBe(9);
  });
});

describe('UUIDs', () => {
  it('are one spelling, from text or from halves', () => {
    const text = new UUID().setString(ID.toUpperCase());
    const bits = BigInt(`0x${ID.replaceAll('-', '')}`);
    const halves = new UUID.Structured()
      .setMostSignificantBits(BigInt.asIntN(64, bits >> 64n).toString())
      .setLeastSignificantBits(BigInt.asIntN(64, bits).toString());
    for (const uuid of [text, new UUID().setStructured(halves)]) {
      expect(readUuid(new WireReader(buffer(uuid.serializeBinary())))).toBe(ID);
    }
    for (const wrong of ['', 'x', `${ID}0`, ID.replaceAll('-', '')]) expect(canonicalUuid(wrong)).toBeUndefined();
  });
});

describe('recorded events', () => {
  it('are what the generated code reads, and what the views read', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((value) => Buffer.from(value));
    const text = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, bytes, bytes, fc.boolean(), fc.nat(), fc.maxSafeNat(), (stream, type, metadata, data, json, revision, position) => {
        const event = { id: ID, type: Buffer.from(type), json, metadata, data };
        const created = 1_700_000_000_123;
        const record = encodeRecord(event, { nameField: streamNameField(Buffer.from(stream)), revision, position, created });
        const read = ReadResp.ReadEvent.RecordedEvent.deserializeBinary(record);
        expect(read.getId()!.getString()).toBe(ID);
        expect(buffer(read.getStreamIdentifier()!.getStreamName_asU8())).toEqual(Buffer.from(stream));
        expect([read.getStreamRevision(), read.getCommitPosition(), read.getPreparePosition()].map(Number)).toEqual([revision, position, position]);
        expect(read.getMetadataMap().toObject()).toEqual(
          expect.arrayContaining([
            ['type', Buffer.from(type).toString('utf8')],
            ['content-type', json ? 'application/json' : 'application/octet-stream'],
            ['created', '17000000001230000'],
          ]),
        );
        expect(buffer(read.getCustomMetadata_asU8())).toEqual(metadata);
        expect(buffer(read.getData_asU8())).toEqual(data);
        expect([recordId(record), recordStreamName(record), recordType(record)]).toEqual([ID, Buffer.from(stream), Buffer.from(type)]);
        expect([recordCustomMetadata(record), recordData(record)]).toEqual([metadata, data]);
        expect([isJson(record), isOfSystemStream(record)]).toEqual([json, stream.startsWith('$')]);
        const structured = ReadResp.ReadEvent.RecordedEvent.deserializeBinary(withStructuredId(record));
        expect(readUuid(new WireReader(buffer(structured.getId()!.serializeBinary())))).toBe(ID);
        expect([structured.getId()!.hasString(), structured.getData_asB64()]).toEqual([false, read.getData_asB64()]);
      }),
    );
  });

  it.each([1, 120, 127, 128, 200, 20_000])('are known to be of a system stream by a name of %d bytes', (length) => {
    const event = { id: ID, type: Buffer.from('T'), json: true, metadata: Buffer.alloc(0), data: Buffer.alloc(0) };
    for (const first of ['$', 'x']) {
      const nameField = streamNameField(Buffer.from(first.padEnd(length, '$x')));
      expect(isOfSystemStream(encodeRecord(event, { nameField, revision: 0, position: 1, created: 1 }))).toBe(first === '$');
    }
  });

  it('of a tombstone have the largest revision', () => {
    const event = { id: ID, type: Buffer.from('$streamDeleted'), json: false, metadata: Buffer.alloc(0), data: Buffer.alloc(0) };
    const place = { nameField: streamNameField(Buffer.from('s')), revision: 3, position: 1, created: 1, tombstone: true };
    expect(ReadResp.ReadEvent.RecordedEvent.deserializeBinary(encodeRecord(event, place)).getStreamRevision()).toBe('9223372036854775807');
  });
});

describe('append requests', () => {
  function message(): BatchAppendReq.ProposedMessage {
    const event = new BatchAppendReq.ProposedMessage().setId(new UUID().setString(ID)).setData(Buffer.from('d')).setCustomMetadata(Buffer.from('m'));
    event.getMetadataMap().set('type', 'T').set('content-type', 'application/json');
    return event;
  }

  it('of the batch stream are read', () => {
    const options = new BatchAppendReq.Options().setStreamIdentifier(identifier('str')).setDeadline(Timestamp.fromDate(new Date(1234)));
    const request = new BatchAppendReq().setCorrelationId(new UUID().setString(ID)).setIsFinal(true).setProposedMessagesList([message(), message()]);
    const expectations: [number, BatchAppendReq.Options][] = [
      [ANY, options.clone().setAny(new Empty())],
      [NO_STREAM, options.clone().setNoStream(new Empty())],
      [STREAM_EXISTS, options.clone().setStreamExists(new Empty())],
      [7, options.clone().setStreamPosition('7')],
    ] as never;
    for (const [expected, variant] of expectations) {
      const chunk = readBatchChunk(buffer(request.setOptions(variant).serializeBinary()));
      expect(chunk).toMatchObject({ correlation: ID, final: true, options: { stream: 'str', expected, deadline: 1234 } });
      expect(chunk.events.map(readProposedEvent)).toEqual(
        Array.from({ length: 2 }, () => ({ id: ID, type: Buffer.from('T'), json: true, metadata: Buffer.from('m'), data: Buffer.from('d') })),
      );
    }
    expect(() => readBatchChunk(buffer(new BatchAppendReq().serializeBinary()))).toThrow(InvalidRequest);
  });

  it('of the append call are read', () => {
    const options = new AppendReq.Options().setStreamIdentifier(identifier('s')).setRevision('5');
    expect(readAppendMessage(buffer(new AppendReq().setOptions(options).serializeBinary()))).toMatchObject({ stream: 's', expected: 5, deadline: Infinity });
    expect(readAppendMessage(Buffer.alloc(0))).toBeUndefined();
  });

  it('need an id, a type and a content type', () => {
    const without = (key: string) => {
      const event = message();
      event.getMetadataMap().del(key);
      return () => readProposedEvent(new WireReader(buffer(event.serializeBinary())));
    };
    const needed = ['type', 'content-type'];
    for (const key of needed) expect(without(key)).toThrow(expect.objectContaining({ needed, message: expect.stringMatching(` ${key}$`) as string }) as Error);
    const nameless = message().setId(new UUID().setString('?'));
    expect(() => readProposedEvent(new WireReader(buffer(nameless.serializeBinary())))).toThrow(/UUID/);
  });
});

describe('append responses', () => {
  const correlationField = buffer(new UUID().setString(ID).serializeBinary());
  const request = (expected: number) => ({
    correlationField,
    options: { stream: 's', expected, deadline: 0, identifier: buffer(identifier('s').serializeBinary()) },
  });

  it('of the batch stream carry id, stream and expectation', () => {
    const answer = BatchAppendResp.deserializeBinary(batchSuccess(request(ANY), 4, 300));
    expect(answer.toObject()).toMatchObject({
      correlationId: { string: ID },
      any: {},
      success: { currentRevision: '4', position: { commitPosition: '300', preparePosition: '300' } },
    });
    const nothing = BatchAppendResp.deserializeBinary(batchSuccess(request(3), -1, undefined));
    expect(nothing.getStreamPosition()).toBe('3');
    expect(nothing.getSuccess()!.hasNoStream() && nothing.getSuccess()!.hasNoPosition()).toBe(true);
  });

  it('of the batch stream carry typed errors', () => {
    const bytes = batchFailure(request(NO_STREAM), 9, 'text', 'WrongExpectedVersion', wrongVersionDetail(NO_STREAM, 2));
    const answer = BatchAppendResp.deserializeBinary(bytes);
    const any = answer.getError()!.getDetails()!;
    expect(answer.hasNoStream()).toBe(true);
    const detail = any.unpack((value) => WrongExpectedVersion.deserializeBinary(value), 'event_store.client.WrongExpectedVersion')!;
    expect(detail.getCurrentStreamRevision()).toBe('2');
    expect(detail.hasExpectedNoStream()).toBe(true);
  });

  it.each([
    [5, 'getExpectedRevision', '5'],
    [ANY, 'hasExpectedAny', true],
    [NO_STREAM, 'hasExpectedNoStream', true],
    [STREAM_EXISTS, 'hasExpectedStreamExists', true],
  ] as const)('of the append call tell what was expected (%s)', (expected, accessor, value) => {
    const wrong = AppendResp.deserializeBinary(appendWrongVersion(expected, 8)).getWrongExpectedVersion()!;
    expect(wrong[accessor]()).toBe(value);
    expect(wrong.getCurrentRevision()).toBe('8');
    expect(AppendResp.deserializeBinary(appendWrongVersion(expected, -1)).getWrongExpectedVersion()!.hasCurrentNoStream()).toBe(true);
  });

  it('of the append call tell revision and position', () => {
    const success = AppendResp.deserializeBinary(appendSuccess(0, 1)).getSuccess()!;
    expect([success.getCurrentRevision(), success.getPosition()!.getCommitPosition()]).toEqual(['0', '1']);
  });
});

describe('read responses', () => {
  const event = { id: ID, type: Buffer.from('T'), json: true, metadata: Buffer.alloc(0), data: Buffer.alloc(300, 1) };
  const record = encodeRecord(event, { nameField: streamNameField(Buffer.from('s')), revision: 1, position: 2, created: 3 });

  it('wrap stored events', () => {
    const plain = ReadResp.deserializeBinary(bytesOf(new EventMessage(record, undefined, 70_000))).getEvent()!;
    expect([plain.getEvent()!.getData_asU8().length, plain.hasLink(), plain.getCommitPosition()]).toEqual([300, false, '70000']);
    const resolved = ReadResp.deserializeBinary(bytesOf(new EventMessage(undefined, record, 1))).getEvent()!;
    expect([resolved.hasEvent(), resolved.getLink()!.getStreamRevision()]).toEqual([false, '1']);
    const retried = PersistentReadResp.deserializeBinary(bytesOf(new EventMessage(record, record, 9, 3))).getEvent()!;
    expect([retried.getRetryCount(), retried.hasEvent(), retried.hasLink(), retried.getCommitPosition()]).toEqual([3, true, true, '9']);
  });

  it('tell about the subscription', () => {
    expect(ReadResp.deserializeBinary(confirmation('x')).getConfirmation()!.getSubscriptionId()).toBe('x');
    expect(PersistentReadResp.deserializeBinary(confirmation('x')).getSubscriptionConfirmation()!.getSubscriptionId()).toBe('x');
    expect(ReadResp.deserializeBinary(checkpoint(500)).getCheckpoint()!.toObject()).toEqual({ commitPosition: '500', preparePosition: '500' });
    expect(ReadResp.deserializeBinary(CAUGHT_UP).hasCaughtUp()).toBe(true);
    const name = ReadResp.deserializeBinary(streamNotFound('ü')).getStreamNotFound()!.getStreamIdentifier()!.getStreamName_asU8();
    expect(buffer(name).toString()).toBe('ü');
  });
});

describe('answers of consumers', () => {
  it('are read', () => {
    const ids = [new UUID().setString(ID)];
    const ack = new PersistentReadReq().setAck(new PersistentReadReq.Ack().setIdsList(ids).setId('aGk='));
    expect(readAnswer(buffer(ack.serializeBinary()))).toEqual({ kind: 'ack', ids: [ID] });
    const nack = new PersistentReadReq.Nack().setIdsList(ids).setAction(PersistentReadReq.Nack.Action.PARK).setReason('why');
    expect(readAnswer(buffer(new PersistentReadReq().setNack(nack).serializeBinary()))).toEqual({ kind: 'nack', ids: [ID], action: 1, reason: 'why' });
    expect(readAnswer(Buffer.alloc(0))).toBeUndefined();
  });
});
