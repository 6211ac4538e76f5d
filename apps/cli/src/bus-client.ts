import { Bus } from '@slipway/messaging';

/** What the command line needs of the bus. */
export interface BusClient extends Pick<Bus, 'command' | 'query' | 'rebuildViews' | 'close'> {
  /** Calls back with the log position of each fact that is published, until the returned function is called. */
  facts(onFact: (position: string | undefined) => void): () => void;
}

const ALL_FACTS = 'slipway.v1.event.>';
const POSITION_HEADER = 'ce-position';

/** @throws SlipwayError UNAVAILABLE when no server answers. */
export async function connectBus(nats: string): Promise<BusClient> {
  const bus = await Bus.connect(nats, 'slipway-cli');
  return {
    command: bus.command.bind(bus),
    query: bus.query.bind(bus),
    rebuildViews: bus.rebuildViews.bind(bus),
    close: bus.close.bind(bus),
    facts(onFact) {
      const subscription = bus.connection.subscribe(ALL_FACTS, {
        callback: (error, message) => onFact(error ? undefined : message.headers?.get(POSITION_HEADER) || undefined),
      });
      return () => subscription.unsubscribe();
    },
  };
}
