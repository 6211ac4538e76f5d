import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type EventStoreIdentity, hasCredentials } from '@slipway/event-store/access';
import { SlipwayError } from '@slipway/kernel';
import type { BusAddress } from '@slipway/messaging';
import { identify, isAlive, killOrphans, RUN_ID_VARIABLE } from '@slipway/process-runner';
import { ensureAssertionKeys } from './assertion-keys.js';
import { type EventStoreAccess, eventStoreAddress } from './event-store-keys.js';
import { ensureEventStoreAdministrator, eventStoreServer, localEventStore, setUpEventStore } from './event-store-server.js';
import { firstAdministratorFile, gatewayProcess, gatewayUrl } from './gateway.js';
import { ManagedProcess, type ProcessSpec } from './managed-process.js';
import { keysFolder, seedFile } from './nats-folder.js';
import { natsServer } from './nats-server.js';
import { type PlatformFile, readPlatformFile, removePlatformFile, writePlatformFile } from './platform-file.js';
import { freePort, portOf } from './ports.js';
import { type Connections, type Service, serviceProcess, SERVICES } from './services.js';

export interface PlatformOptions {
  /** Everything that lasts lives here. */
  readonly data: string;
  /** A NATS server that runs already, with the configuration that `deploy/nats` generates. Default: one of our own. */
  readonly nats?: string;
  /** The folder with the keys for that server. */
  readonly natsKeys?: string;
  /** An EventStoreDB that runs already and was set up by `deploy/event-store`: its connection string without credentials. Default: the embedded one. */
  readonly eventStore?: string;
  /** The folder with the passwords for it. */
  readonly eventStoreKeys?: string;
  /** One line about what happens, for people. */
  readonly say?: (line: string) => void;
}

/**
 * The whole of Slipway on one machine: a NATS server, the embedded event store, and every service as its own process.
 */
export class Platform {
  private constructor(
    private readonly data: string,
    readonly connections: Connections,
    private readonly servers: readonly ManagedProcess[],
    private readonly services: ReadonlyMap<Service, ManagedProcess>,
    private readonly gateway: ManagedProcess,
    private readonly say: (line: string) => void,
  ) {}

  static async start({ data: directory, say = () => undefined, ...external }: PlatformOptions): Promise<Platform> {
    const data = resolve(directory);
    mkdirSync(data, { recursive: true });
    const before = readPlatformFile(data);
    ensureAssertionKeys(data);
    if (before) await endLeftovers(before, data);

    const managed = (spec: ProcessSpec): ManagedProcess => new ManagedProcess(marked(spec, data), say);
    const { connections, specs, prepare, setUp } = await connect(data, before, external);
    const services = new Map<Service, ManagedProcess>();
    const platform = new Platform(data, connections, specs.map(managed), services, managed(gatewayProcess(data, connections)), say);
    try {
      platform.remember();
      await prepare();
      for (const server of platform.servers) await server.start();
      await setUp();
      for (const service of SERVICES) services.set(service, managed(serviceProcess(service, data, connections)));
      await Promise.all([...services.values()].map((service) => service.start()));
      await platform.gateway.start();
    } catch (error) {
      await platform.stop();
      throw error;
    }
    return platform;
  }

  /** How an identity, such as `dev`, gets onto the platform's bus. */
  busAddress(identity: string): BusAddress {
    return { servers: this.connections.nats, seedFile: seedFile(this.connections.natsKeys, identity) };
  }

  /** How an identity, such as `operator`, which reads, gets into the event store. It holds a password. */
  eventStoreAddress(identity: EventStoreIdentity): string {
    return eventStoreAddress(this.connections, identity);
  }

  /** The file with the first administrator's token, until somebody removes it. */
  get firstAdministratorFile(): string | undefined {
    return firstAdministratorFile(this.data);
  }

  /** The process of a service, or the gateway's, or `nats-server` or `event-store` where they are ours. */
  process(name: string): ManagedProcess {
    const found = [...this.servers, ...this.services.values(), this.gateway].find((process) => process.name === name);
    if (!found) throw new TypeError(`the platform has no process ${name}`);
    return found;
  }

  /** The gateway first, then the services, then what they stand on. */
  async stop(): Promise<void> {
    await this.gateway.stop();
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    for (const server of [...this.servers].reverse()) await server.stop();
    removePlatformFile(this.data);
    this.say('stopped');
  }

  private remember(): void {
    const launcher = identify(process.pid);
    writePlatformFile(this.data, { ...this.connections, ...(launcher && { launcher }) });
  }
}

interface Plan {
  readonly connections: Connections;
  /** Of our own servers. */
  readonly specs: ProcessSpec[];
  /** To be done before they are started, and after. */
  readonly prepare: () => Promise<void>;
  readonly setUp: () => Promise<void>;
}

/** The user's servers where they are given; else ours, on the ports that they had before if those are free. */
async function connect(data: string, before: PlatformFile | undefined, external: Partial<Omit<Connections, 'gateway'>>): Promise<Plan> {
  const specs: ProcessSpec[] = [];
  let { nats, natsKeys } = external;
  if (!nats) {
    const port = await freePort(portOf(before?.nats));
    nats = `nats://127.0.0.1:${port}`;
    const directory = resolve(data, 'nats');
    natsKeys = keysFolder(directory);
    specs.push(natsServer(directory, port));
  }
  if (!natsKeys) {
    throw new SlipwayError('CONFIG_INVALID', `name the folder with the keys for ${nats} in SLIPWAY_NATS_KEYS; node deploy/nats/generate.mjs makes them, and the server's configuration`);
  }
  const gateway = await gatewayUrl(before?.gateway, process.env);
  const connections = { nats, natsKeys: resolve(natsKeys), gateway };
  if (external.eventStore) {
    const access = givenEventStore(external.eventStore, external.eventStoreKeys);
    return { connections: { ...connections, ...access }, specs, prepare: async () => undefined, setUp: async () => undefined };
  }
  const port = await freePort(portOf(before?.eventStore));
  const access = localEventStore(data, port);
  specs.push(eventStoreServer(data, port));
  return { connections: { ...connections, ...access }, specs, prepare: () => ensureEventStoreAdministrator(data, access), setUp: () => setUpEventStore(access) };
}

function givenEventStore(eventStore: string, eventStoreKeys: string | undefined): EventStoreAccess {
  if (hasCredentials(eventStore)) {
    throw new SlipwayError('CONFIG_INVALID', 'SLIPWAY_EVENTSTORE must hold no user and no password here: each service has its own, in the folder that SLIPWAY_EVENTSTORE_KEYS names');
  }
  if (!eventStoreKeys) {
    throw new SlipwayError('CONFIG_INVALID', 'name the folder with the passwords for the event store in SLIPWAY_EVENTSTORE_KEYS; node deploy/event-store/set-up.mjs makes them, and the users');
  }
  return { eventStore, eventStoreKeys: resolve(eventStoreKeys) };
}

/** Every process of a platform carries this, so that what a killed launcher left behind is found. */
const runId = (data: string): string => `platform:${data}`;

const marked = (spec: ProcessSpec, data: string): ProcessSpec => ({ ...spec, environment: { ...spec.environment, [RUN_ID_VARIABLE]: runId(data) } });

async function endLeftovers({ launcher }: PlatformFile, data: string): Promise<void> {
  if (launcher && isAlive(launcher)) {
    throw new SlipwayError('DATA_DIRECTORY_IN_USE', `${data} is in use by the platform with process id ${launcher.pid}; stop that one, or choose another directory with --data`);
  }
  await killOrphans(runId(data));
}
