import { PersistentSubscriptionsClient } from '@eventstore/db-client/generated/persistent_grpc_pb';
import { CreateReq, GetInfoReq, ReadReq, type ReadResp, UpdateReq, type SubscriptionInfo } from '@eventstore/db-client/generated/persistent_pb';
import { Empty, StreamIdentifier, type UUID } from '@eventstore/db-client/generated/shared_pb';
import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';

import { eventually, testEvent, testEvents, TestStore } from '../testing/test-support.js';

jest.setTimeout(30_000);

const store = new TestStore();
let client: PersistentSubscriptionsClient;
beforeAll(async () => {
  await store.start();
  client = new PersistentSubscriptionsClient(`127.0.0.1:${store.running.port}`, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await store.remove();
});

const GROUP = 'group';
const identified = (stream: string): StreamIdentifier => new StreamIdentifier().setStreamName(Buffer.from(stream));

type Change<Target> = (target: Target) => unknown;

/** What the clients cannot ask for, or always ask for. */
function createRequest(stream: string, change: Change<CreateReq.Settings> = () => undefined): CreateReq {
  const settings = new CreateReq.Settings().setReadBatchSize(20).setHistoryBufferSize(500).setMessageTimeoutMs(30_000).setMaxRetryCount(10)
    .setNamedConsumerStrategy(CreateReq.ConsumerStrategy.ROUNDROBIN).setCheckpointAfterMs(2000).setMaxCheckpointCount(1000);
  change(settings);
  const source = new CreateReq.StreamOptions().setStreamIdentifier(identified(stream)).setStart(new Empty());
  return new CreateReq().setOptions(new CreateReq.Options().setStream(source).setGroupName(GROUP).setSettings(settings));
}

function updateRequest(stream: string, change: Change<UpdateReq.Settings>): UpdateReq {
  const settings = new UpdateReq.Settings().setReadBatchSize(20).setHistoryBufferSize(500);
  change(settings);
  const source = new UpdateReq.StreamOptions().setStreamIdentifier(identified(stream)).setStart(new Empty());
  return new UpdateReq().setOptions(new UpdateReq.Options().setStream(source).setGroupName(GROUP).setSettings(settings));
}

/** `OK`, or the status and exception that a call ends with. */
function outcome(call: (callback: (error: ServiceError | null) => void) => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    call((error) => resolve(error === null ? 'OK' : [error.code, error.metadata.get('exception')[0]]));
  });
}

const create = (request: CreateReq): Promise<unknown> => outcome((callback) => client.create(request, callback));
const update = (request: UpdateReq): Promise<unknown> => outcome((callback) => client.update(request, callback));

function info(stream: string): Promise<SubscriptionInfo> {
  const request = new GetInfoReq().setOptions(new GetInfoReq.Options().setStreamIdentifier(identified(stream)).setGroupName(GROUP));
  return new Promise((resolve, reject) => {
    client.getInfo(request, (error, response) => (error === null ? resolve(response.getSubscriptionInfo()!) : reject(error)));
  });
}

const FAILED = [status.INTERNAL, 'persistent-subscription-failed'];

describe('a request for a group', () => {
  it('with a consumer strategy that there is not fails, by name and by number, also for a group that exists', async () => {
    const stream = store.stream();
    expect(await create(createRequest(stream, (settings) => settings.setConsumerStrategy('Favourite')))).toEqual(FAILED);
    expect(await create(createRequest(stream, (settings) => settings.setNamedConsumerStrategy(9 as never)))).toEqual(FAILED);
    expect(await create(createRequest(stream))).toBe('OK');
    expect(await create(createRequest(stream, (settings) => settings.setConsumerStrategy('Favourite')))).toEqual(FAILED);
    expect(await update(updateRequest(stream, (settings) => settings.setNamedConsumerStrategy(9 as never)))).toEqual(FAILED);
  });

  it('that exists is refused as such, before its buffers are looked at', async () => {
    const stream = store.stream();
    await create(createRequest(stream));
    expect(await create(createRequest(stream, (settings) => settings.setReadBatchSize(900)))).toEqual([status.ALREADY_EXISTS, 'persistent-subscription-exists']);
  });

  it('has to say where it starts', async () => {
    const request = createRequest(store.stream());
    request.getOptions()!.getStream()!.clearStart();
    expect(await create(request)).toEqual([status.INVALID_ARGUMENT, undefined]);
  });

  it('need not name it', async () => {
    const request = createRequest(store.stream());
    request.getOptions()!.setGroupName('');
    expect(await create(request)).toBe('OK');
  });

  it('takes an update without a strategy for the first one', async () => {
    const stream = store.stream();
    await create(createRequest(stream, (settings) => settings.setConsumerStrategy('PinnedByCorrelation')));
    expect((await info(stream)).getNamedConsumerStrategy()).toBe('PinnedByCorrelation');
    await update(updateRequest(stream, () => undefined));
    expect((await info(stream)).getNamedConsumerStrategy()).toBe('DispatchToSingle');
  });

  it('without a time between checkpoints makes them by count only', async () => {
    const stream = store.stream();
    await create(createRequest(stream, (settings) => settings.setCheckpointAfterMs(0).setMinCheckpointCount(1).setMaxCheckpointCount(3)));
    const consumer = store.client.subscribeToPersistentSubscriptionToStream(stream, GROUP);
    consumer.on('data', (resolved) => void consumer.ack(resolved));
    await store.client.appendToStream(stream, testEvents(2));
    await eventually(async () => (await info(stream)).getTotalItems() === '2');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await info(stream)).getLastCheckpointedEventPosition()).toBe('');
    await store.client.appendToStream(stream, testEvent(2));
    await eventually(async () => (await info(stream)).getLastCheckpointedEventPosition() === '2');
    await consumer.unsubscribe();
  });
});

describe('a connection to a group', () => {
  it('without a name is told as unknown, and without a user as anonymous', async () => {
    const stream = store.stream();
    await create(createRequest(stream));
    const call = client.read(new Metadata());
    call.on('error', () => undefined).on('data', () => undefined);
    call.write(new ReadReq().setOptions(new ReadReq.Options().setStreamIdentifier(identified(stream)).setGroupName(GROUP).setBufferSize(4)));
    await eventually(async () => (await info(stream)).getConnectionsList().length === 1);
    const [connection] = (await info(stream)).getConnectionsList();
    expect({ name: connection!.getConnectionName(), user: connection!.getUsername() }).toEqual({ name: '<unknown>', user: 'anonymous' });
    call.cancel();
  });

  it('gets ids as two numbers unless it asks for text, and answers in either way', async () => {
    const stream = store.stream();
    const events = testEvents(2);
    await store.client.appendToStream(stream, events);
    await create(createRequest(stream));
    const call = client.read(new Metadata()).on('error', () => undefined);
    const ids: UUID[] = [];
    call.on('data', (answer: ReadResp) => {
      const id = answer.getEvent()?.getEvent()?.getId();
      if (id === undefined) return;
      ids.push(id);
      call.write(new ReadReq().setAck(new ReadReq.Ack().setIdsList([id])));
    });
    call.write(new ReadReq().setOptions(new ReadReq.Options().setStreamIdentifier(identified(stream)).setGroupName(GROUP).setBufferSize(1)));
    await eventually(async () => ids.length === 2 && (await info(stream)).getTotalInFlightMessages() === 0);
    call.cancel();
    const halves = events.map(({ id }) => id.replaceAll('-', '')).map((hex) => [hex.slice(0, 16), hex.slice(16)].map((half) => String(BigInt.asIntN(64, BigInt(`0x${half}`)))));
    expect(ids.map((id) => [id.getStructured()!.getMostSignificantBits(), id.getStructured()!.getLeastSignificantBits()])).toEqual(halves);
  });
});
