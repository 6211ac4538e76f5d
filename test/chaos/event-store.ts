// `npm run chaos:event-store [-- --sequences 5000 --kills 100 --losses 100]`: the embedded event store against a model,
// killed under load, and cut off from power. Ends with 1 if a promise was broken.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { builtStoreFile } from './built-store.js';
import { Ledger, type Verdict } from './ledger.js';
import { PowerLoss } from './power-loss.js';
import { ServerProcess } from './server-process.js';

interface ModelCheck {
  compareWithModel(sequences: number, seed: number): Promise<string | undefined>;
}

let broken = false;

function say(line: string, kept: boolean): void {
  process.stdout.write(`${line}\n`);
  broken ||= !kept;
}

async function compareSequences(count: number): Promise<void> {
  // The check is a test part of the package, so its exports do not name it.
  const { compareWithModel } = (await import(builtStoreFile('testing/test-model-run.js'))) as ModelCheck;
  const difference = await compareWithModel(count, Date.now() % 2 ** 31);
  say(difference === undefined ? `${count} sequences, 0 differences` : `a difference:\n${difference}`, difference === undefined);
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'event-store-chaos-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lets servers live one after the other on one directory, and says what the last one still has of what all promised. */
async function livesOf(count: number, ledger: Ledger, directory: string, live: (round: number) => Promise<void>): Promise<Verdict> {
  let lost = 0;
  let doubled = 0;
  const examine = async (extent: 'new' | 'all'): Promise<void> => {
    const server = await ServerProcess.eventStore(directory);
    const verdict = await ledger.verify(server.connectionString, extent);
    await server.kill('SIGKILL');
    lost += verdict.lost;
    doubled += verdict.doubled;
  };
  for (let round = 0; round < count; round++) {
    await live(round);
    await examine('new');
  }
  await examine('all');
  return { lost, doubled };
}

async function killUnderLoad(kills: number): Promise<void> {
  await inDirectory(async (directory) => {
    const ledger = new Ledger();
    const { lost, doubled } = await livesOf(kills, ledger, directory, async () => {
      const server = await ServerProcess.eventStore(directory);
      const writing = ledger.writeUntil(server.connectionString, server.ended());
      await pause(100 + Math.random() * 400);
      await server.kill('SIGKILL');
      await writing;
    });
    say(`kills ${kills}, acknowledged ${ledger.acknowledged}, lost ${lost}, doubled ${doubled}`, lost + doubled === 0 && ledger.acknowledged > 0);
  });
}

async function losePower(losses: number): Promise<void> {
  const power = new PowerLoss();
  try {
    await inDirectory(async (directory) => {
      const ledger = new Ledger();
      const { lost, doubled } = await livesOf(losses, ledger, directory, (round) => liveUntilLoss(power, ledger, directory, round, false));
      say(`power losses ${losses}, acknowledged ${ledger.acknowledged}, lost ${lost}, doubled ${doubled}`, lost + doubled === 0 && ledger.acknowledged > 0);
    });
    await inDirectory(async (directory) => {
      // The same with a disk that lies about its syncs has to lose something, or the test above shows nothing.
      await (await ServerProcess.eventStore(directory)).kill('SIGTERM');
      const ledger = new Ledger();
      const { lost } = await livesOf(1, ledger, directory, () => liveUntilLoss(power, ledger, directory, losses, true));
      say(`control, a disk that ignores syncs: acknowledged ${ledger.acknowledged}, lost ${lost > 0 ? 'some' : 'none'}`, lost > 0);
    });
  } finally {
    power.remove();
  }
}

async function liveUntilLoss(power: PowerLoss, ledger: Ledger, directory: string, round: number, control: boolean): Promise<void> {
  const after = Math.floor(control ? 1000 : 20 + Math.random() * 1500);
  const server = await ServerProcess.eventStore(directory, power.environment(directory, round, after, control));
  writeFileSync(power.trigger(round), '');
  await ledger.writeUntil(server.connectionString, server.ended());
}

async function main(): Promise<void> {
  const number = (value: string): number => Number(value);
  const options = { sequences: { type: 'string', default: '5000' }, kills: { type: 'string', default: '100' }, losses: { type: 'string', default: '100' } } as const;
  const { sequences, kills, losses } = parseArgs({ options }).values;
  if (number(sequences) > 0) await compareSequences(number(sequences));
  if (number(kills) > 0) await killUnderLoad(number(kills));
  if (number(losses) > 0) await losePower(number(losses));
}

main().then(
  () => process.exit(broken ? 1 : 0),
  (error: Error) => {
    process.stderr.write(`chaos: ${error.message}\n`);
    process.exit(1);
  },
);
