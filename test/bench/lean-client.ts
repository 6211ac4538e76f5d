import { randomUUID } from 'node:crypto';
import { connect } from 'node:http2';

import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';

const PREFIX = 5;

/** Where the parts that differ stand in a message that is otherwise the same for all appends. */
interface Template {
  readonly bytes: Buffer;
  readonly correlation: number;
  readonly event: number;
  readonly stream: number;
}

function makeTemplate(stream: string): Template {
  const correlation = randomUUID();
  const event = randomUUID();
  const id = (text: string): UUID => new UUID().setString(text);
  const options = new BatchAppendReq.Options()
    .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setAny(new Empty());
  const message = new BatchAppendReq.ProposedMessage()
    .setId(id(event))
    .setData(Buffer.from(JSON.stringify({ text: 'x'.repeat(370) })))
    .setCustomMetadata(Buffer.from(JSON.stringify({ correlation: '0'.repeat(53) })));
  message.getMetadataMap().set('type', 'Measured').set('content-type', 'application/json');
  const request = new BatchAppendReq().setCorrelationId(id(correlation)).setOptions(options).setIsFinal(true);
  request.addProposedMessages(message);
  const body = Buffer.from(request.serializeBinary());
  const bytes = Buffer.alloc(PREFIX + body.length);
  bytes.writeUInt32BE(body.length, 1);
  body.copy(bytes, PREFIX);
  return { bytes, correlation: bytes.indexOf(correlation), event: bytes.indexOf(event), stream: bytes.indexOf(stream) };
}

/**
 * A load generator that costs almost nothing, so that the server is the limit: one HTTP/2 stream of BatchAppend, messages
 * encoded beforehand, answers counted and checked for success but not decoded.
 */
export class LeanClient {
  private readonly session;

  constructor(port: number) {
    this.session = connect(`http://127.0.0.1:${port}`);
    // The request's own error says the same and is handled there.
    this.session.on('error', () => undefined);
  }

  /** Appends one event at a time to each of many streams, or all to `stream`, until `enough` is true. */
  append(inFlight: number, enough: (done: number) => boolean, stream?: string): Promise<{ events: number; times: number[] }> {
    const template = makeTemplate(stream ?? 'lean-00000');
    const request = this.session.request({
      ':method': 'POST',
      ':path': '/event_store.client.streams.Streams/BatchAppend',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let sent = 0;
    let done = 0;
    let rest: Buffer = Buffer.alloc(0);
    const times: number[] = [];
    const begun: number[] = [];
    const send = (count: number): void => {
      const now = performance.now();
      const messages = Array.from({ length: count }, () => {
        const bytes = Buffer.from(template.bytes);
        const unique = (++sent).toString(16).padStart(12, '0');
        bytes.write(unique, template.correlation + 24, 'latin1');
        bytes.write(unique, template.event + 24, 'latin1');
        if (stream === undefined) bytes.write(String(sent % 10_000).padStart(5, '0'), template.stream + 5, 'latin1');
        begun.push(now);
        return bytes;
      });
      request.write(Buffer.concat(messages));
    };
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('close', () => reject(new Error('the server ended the stream of appends')));
      request.on('data', (chunk: Buffer) => {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        let at = 0;
        let answers = 0;
        for (; at + PREFIX <= rest.length; answers++) {
          const end = at + PREFIX + rest.readUInt32BE(at + 1);
          if (end > rest.length) break;
          // Behind the correlation id (tag, length, content) comes the success; a failure has another tag.
          if (rest[at + PREFIX + 2 + rest[at + PREFIX + 1]!] !== 0x1a) reject(new Error(`an append was refused: ${rest.toString('latin1', at, end)}`));
          at = end;
        }
        rest = rest.subarray(at);
        const now = performance.now();
        for (let i = 0; i < answers; i++) times.push(now - begun[done++]!);
        if (enough(done)) {
          request.close();
          resolve({ events: done, times });
        } else if (answers > 0) send(answers);
      });
      send(inFlight);
    });
  }

  close(): void {
    this.session.destroy();
  }
}
