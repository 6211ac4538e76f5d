// A double of the server for comparison: it answers every read with the same bytes, encoded once, as often as asked.
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';

/** Bytes in front of a message. */
const PREFIX = 5;
/** Messages in one write, as a server would join them that has them at hand. */
const PAGE = 64;

function cannedEvent(): Buffer {
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new UUID().setString('00000000-0000-4000-8000-000000000000'))
    .setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from('bench-one')))
    .setStreamRevision('1')
    .setCommitPosition('1')
    .setPreparePosition('1')
    .setData(Buffer.from(JSON.stringify({ text: 'x'.repeat(370) })))
    .setCustomMetadata(Buffer.from(JSON.stringify({ correlation: '0'.repeat(53) })));
  recorded.getMetadataMap().set('type', 'Measured').set('content-type', 'application/json').set('created', '17000000000000000');
  const event = new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition('1');
  const body = Buffer.from(new ReadResp().setEvent(event).serializeBinary());
  const message = Buffer.alloc(PREFIX + body.length);
  message.writeUInt32BE(body.length, 1);
  body.copy(message, PREFIX);
  return message;
}

const one = cannedEvent();
const page = Buffer.concat(Array.from({ length: PAGE }, () => one));

async function read(stream: ServerHttp2Stream): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const count = Number(ReadReq.deserializeBinary(Buffer.concat(chunks).subarray(PREFIX)).getOptions()!.getCount());
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  for (let rest = count; rest > 0; rest -= PAGE) {
    const bytes = rest < PAGE ? page.subarray(0, rest * one.length) : page;
    if (!stream.write(bytes)) await once(stream, 'drain');
  }
  stream.end();
}

const server = createServer();
server.on('stream', (stream) => {
  read(stream).catch((error: Error) => stream.destroy(error));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ ready: true, port, connectionString: `esdb://127.0.0.1:${port}?tls=false` })}\n`);
});
