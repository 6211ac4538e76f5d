import { allFactSubjects, Bus, type BusAddress, type Signer } from '@slipway/messaging';

/** What the command line needs of the bus. */
export interface BusClient extends Pick<Bus, 'command' | 'query' | 'rebuildViews' | 'close'> {
  /** Calls back with the log position of each fact that is published, until the returned function is called. */
  facts(onFact: (position: string | undefined) => void): () => void;
}

const POSITION_HEADER = 'ce-position';

/** People at a command line are the bus' operator until a gateway stands in front of it. @throws SlipwayError as Bus.connect does */
export async function connectBus(address: BusAddress, signer: Signer | undefined): Promise<BusClient> {
  const bus = await Bus.connect(address, 'operator', { ...(signer && { signer }) });
  return {
    command: bus.command.bind(bus),
    query: bus.query.bind(bus),
    rebuildViews: bus.rebuildViews.bind(bus),
    close: bus.close.bind(bus),
    facts(onFact) {
      const subscriptions = allFactSubjects().map((subject) =>
        bus.connection.subscribe(subject, {
          callback: (error, message) => onFact(error ? undefined : message.headers?.get(POSITION_HEADER) || undefined),
        }),
      );
      return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
    },
  };
}
