// `npm run bench:event-store [-- --seconds 1] [--events 1000000] [--only appends,lean,reads,live,size,profile]`: what the
// embedded event store can do, next to what is asked of it. `size` takes minutes and runs only when it is named. Clients and server share the machine, so compare ratios and CPU per event before rates.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { END, EventStoreDBClient } from '@eventstore/db-client';

import { ServerProcess } from '../chaos/server-process.js';
import { awake } from './awake.js';
import { fanOut } from './fan-out.js';
import { LeanClient } from './lean-client.js';
import { cpuOf, median, memoryOf, percent, printRow, quantile, syncTimes, tenth, throughput, whole, type Throughput } from './measure.js';
import { appendFor, readEvents } from './official-client.js';
import { topFunctions } from './profile.js';

const READ = 100_000;
/** Many and short: the machine's own pace changes from second to second. */
const ROUNDS = 9;
/** A client reads 50,000 events a second. */
const MOST_READ = 1_000_000;

const folder = mkdtempSync(join(tmpdir(), 'event-store-bench-'));
let directories = 0;
const newDirectory = (): string => join(folder, String(++directories));

interface Comparison {
  readonly real: Throughput;
  readonly double: Throughput;
  /** The median of the rounds' ratios: the two of a round met the same machine. */
  readonly ratio: number;
}

interface Servers {
  readonly real: ServerProcess;
  readonly double: ServerProcess;
}

type Work<T> = (by: T) => Promise<{ events: number; times: readonly number[] }>;

/** The server and its double take turns. */
async function compare({ real, double }: Servers, work: Work<ServerProcess>): Promise<Comparison> {
  // The first time is for streams that are not there yet, room in files, and code that was never run.
  await work(real);
  await work(double);
  const [ofReal, ofDouble]: [Throughput[], Throughput[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ofReal.push(await throughput(real.pid, () => work(real)));
    ofDouble.push(await throughput(double.pid, () => work(double)));
  }
  return { real: middle(ofReal), double: middle(ofDouble), ratio: median(ofReal.map(({ rate }, round) => rate / ofDouble[round]!.rate)) };
}

/** The same through the official client. */
async function compareByClient(servers: Servers, work: Work<EventStoreDBClient>): Promise<Comparison> {
  const clients = new Map(Object.values(servers).map((server: ServerProcess) => [server, EventStoreDBClient.connectionString(server.connectionString)]));
  const compared = await compare(servers, (server) => work(clients.get(server)!));
  for (const client of clients.values()) await client.dispose();
  return compared;
}

/** The same server, and one that acknowledges without storing. */
const acknowledging = async (): Promise<Servers> => ({
  real: await ServerProcess.eventStore(newDirectory()),
  double: await ServerProcess.start([join(__dirname, 'acknowledging-double.js'), newDirectory()]),
});

const stop = ({ real, double }: Servers): Promise<unknown> => Promise.all([real.kill('SIGTERM'), double.kill('SIGTERM')]);

const middle = (rounds: readonly Throughput[]): Throughput => ({
  rate: median(rounds.map(({ rate }) => rate)),
  cpu: median(rounds.map(({ cpu }) => cpu)),
  times: rounds.flatMap(({ times }) => times),
});

async function officialAppends(milliseconds: number): Promise<void> {
  const servers = await acknowledging();
  for (const inFlight of [1, 16, 128, 512]) {
    const { real, double, ratio } = await compareByClient(servers, (client) => appendFor(milliseconds, client, inFlight));
    const figures = `${whole(real.rate)}/s, ${tenth(real.cpu)} µs, p50/p99 ${latencies(real.times)}, without storing ${whole(double.rate)}/s = ${percent(ratio)}`;
    const goal = inFlight === 128 ? { target: '≤ 45 µs and ≥ 90 %', met: real.cpu <= 45 && ratio >= 0.9 } : {};
    printRow({ what: `official client, ${inFlight} in flight`, figures, ...goal });
  }
  await stop(servers);
}

async function leanAppends(milliseconds: number): Promise<void> {
  const servers = await acknowledging();
  for (const [inFlight, least] of [[512, 25_000], [1, 4000]] as const) {
    const append = ({ port }: ServerProcess): Promise<{ events: number; times: number[] }> => leanFor(milliseconds, port, inFlight);
    const { real, double } = await compare(servers, (server) => (inFlight === 1 ? awake(() => append(server)) : append(server)));
    // One at a time, an append takes its way there and back, and one sync.
    const bound = inFlight === 1 ? `, way and sync alone ${whole(1000 / (1000 / double.rate + syncMs()))}/s` : '';
    const figures = `${whole(real.rate)}/s, ${tenth(real.cpu)} µs, p50/p99 ${latencies(real.times)}${bound}`;
    printRow({ what: `lean generator, ${inFlight} in flight`, figures, target: `≥ ${whole(least)}/s`, met: real.rate >= least });
  }
  await stop(servers);
}

async function leanFor(milliseconds: number, port: number, inFlight: number): Promise<{ events: number; times: number[] }> {
  const client = new LeanClient(port);
  const end = performance.now() + milliseconds;
  const done = await client.append(inFlight, () => performance.now() > end);
  client.close();
  return done;
}

const syncMs = (): number => median(syncTimes(join(folder, 'sync')));

async function reads(): Promise<void> {
  const directory = newDirectory();
  const filled = await ServerProcess.eventStore(directory);
  await fill(filled, READ, 'bench-one');
  await filled.kill('SIGTERM');
  // A new process, so that nothing comes from the memory of what was just written.
  const servers = { real: await ServerProcess.eventStore(directory), double: await ServerProcess.start([join(__dirname, 'canned-double.js')]) };
  for (const stream of [undefined, 'bench-one']) {
    const { real, double, ratio } = await compareByClient(servers, (client) => readEvents(client, stream, READ));
    const figures = `${whole(real.rate)}/s, ${tenth(real.cpu)} µs, canned bytes ${whole(double.rate)}/s = ${percent(ratio)}`;
    printRow({ what: stream === undefined ? 'read $all' : 'read a stream', figures, target: '≤ 15 µs and ≥ 90 %', met: real.cpu <= 15 && ratio >= 0.9 });
  }
  await stop(servers);
}

async function liveDelivery(): Promise<void> {
  const server = await ServerProcess.eventStore(newDirectory());
  const client = EventStoreDBClient.connectionString(server.connectionString);
  // At this pace it takes a while until no code is new.
  await fanOut(client, 10, 200, 5);
  const times = await fanOut(client, 10, 200, 5);
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  printRow({ what: 'append to subscriber, 10 at 200/s', figures: `p50 ${tenth(p50)} ms, p99 ${tenth(p99)} ms`, target: '< 2 and < 10 ms', met: p50 < 2 && p99 < 10 });
  await client.dispose();
  await server.kill('SIGTERM');
}

async function size(events: number): Promise<void> {
  const directory = newDirectory();
  const first = await ServerProcess.eventStore(directory);
  await fill(first, events);
  const client = EventStoreDBClient.connectionString(first.connectionString);
  await fanOut(client, 100, 50, 5);
  const { now, most } = memoryOf(first.pid);
  const figures = `${whole(now)} MB, at most ${whole(most)} MB, since it wrote them all itself`;
  printRow({ what: `memory, ${whole(events)} events, 100 subscribers`, figures, target: '< 400 MB', met: most < 400 });
  await client.dispose();
  await first.kill('SIGTERM');
  const second = await ServerProcess.eventStore(directory);
  printRow({ what: `start with ${whole(events)} events`, figures: `${whole(second.startMs)} ms`, target: '< 2,000 ms', met: second.startMs < 2000 });
  const behind = EventStoreDBClient.connectionString(second.connectionString);
  const slow = Array.from({ length: 100 }, () => behind.subscribeToAll({ fromPosition: END }).on('error', () => undefined));
  const reading = Math.min(events, MOST_READ);
  await readEvents(behind, undefined, reading);
  printRow({ what: `memory after reading ${whole(reading)} of them`, figures: `${whole(memoryOf(second.pid).now)} MB, CPU since start ${tenth(cpuOf(second.pid) / 1e6)} s` });
  await Promise.all(slow.map((subscription) => subscription.unsubscribe()));
  await behind.dispose();
  await second.kill('SIGTERM');
}

async function whereTheTimeGoes(milliseconds: number): Promise<void> {
  const profiles = newDirectory();
  const server = await ServerProcess.eventStore(newDirectory(), {}, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  const client = EventStoreDBClient.connectionString(server.connectionString);
  await appendFor(2 * milliseconds, client, 128);
  await client.dispose();
  await server.kill('SIGTERM');
  process.stdout.write('\nServer time under appends, 128 in flight, by function (COMMIT in `transact` waits for the disk):\n');
  for (const { name, share } of topFunctions(profiles, 15)) process.stdout.write(`  ${percent(share).padStart(5)}  ${name}\n`);
}

async function fill(server: ServerProcess, events: number, stream?: string): Promise<void> {
  const client = new LeanClient(server.port);
  // More may be under way when there are enough: what counts is that there are not fewer.
  await client.append(512, (done) => done >= events, stream);
  client.close();
}

/** Tells how calm the machine is, so that the rows around it can be judged. */
function disk(): void {
  printRow({ what: 'the disk: write and sync one page', figures: `p50/p99 ${latencies(syncTimes(join(folder, 'probe')))}, load ${loadavg()[0]!.toFixed(2)}` });
}

function latencies(times: readonly number[]): string {
  return `${tenth(quantile(times, 0.5))}/${tenth(quantile(times, 0.99))} ms`;
}

const PARTS = {
  appends: officialAppends,
  lean: leanAppends,
  reads,
  live: liveDelivery,
  size: (_milliseconds: number, events: number) => size(events),
  profile: whereTheTimeGoes,
};

async function main(): Promise<void> {
  const usual = Object.keys(PARTS).filter((part) => part !== 'size').join(',');
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '1' }, events: { type: 'string', default: '1000000' }, only: { type: 'string', default: usual } },
  });
  const wanted = values.only.split(',');
  const unknown = wanted.filter((part) => !Object.hasOwn(PARTS, part));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}; the parts are ${Object.keys(PARTS).join(', ')}`);
  process.stdout.write(`node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(2)} before; median of ${ROUNDS}; µs are server CPU per event\n\n`);
  disk();
  for (const [part, run] of Object.entries(PARTS)) {
    if (wanted.includes(part)) await run(Number(values.seconds) * 1000, Number(values.events));
  }
  disk();
}

main()
  .catch((error: Error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  })
  .finally(() => {
    ServerProcess.killAll();
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
