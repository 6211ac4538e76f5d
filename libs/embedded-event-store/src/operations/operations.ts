import { createReadStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { EventStoreDBClient } from '@eventstore/db-client';

import { backupStore } from './backup-store.js';
import { checkFile, type CheckReport } from './check-store.js';
import type { LineEvent } from './event-line.js';
import { exportFile, exportLines, type ExportReport } from './export-events.js';
import { importEvents, type ImportReport } from './import-events.js';
import { importToCluster, type ClusterImportOptions, type ClusterImportReport } from './import-to-cluster.js';
import { readEventLines } from './line-source.js';
import { OperationFailed } from './operation-failed.js';
import { requireFile, requireStore } from './required-files.js';
import { restoreStore } from './restore-store.js';
import { scavengeStore, type ScavengeReport } from './scavenge.js';

export { OperationFailed } from './operation-failed.js';

/** What an operation did: as data, and as an operator reads it. */
export interface Outcome<Report extends object = object> {
  readonly report: Report;
  readonly text: string;
}

/** What a file or a directory holds. */
export type Contents = Pick<CheckReport, 'events' | 'streams' | 'bytes' | 'lastPosition'>;

/** NDJSON: from a file of this name, or a stream. */
export type LinesInput = string | Readable;

/**
 * The operations on a data directory, for every command line that offers them. They throw OperationFailed,
 * DirectoryInUse, or the error of the operating system or of SQLite.
 */
export const operations = {
  /** Of a directory's store, also while a server uses it. */
  check: (directory: string): Outcome<CheckReport & { file: string }> => checked(requireStore(directory)),

  checkBackup: (file: string): Outcome<CheckReport & { file: string }> => checked(requireFile(file)),

  backup(directory: string, file: string): Outcome<Contents & { file: string }> {
    const contents = contentsOf(backupStore(directory, file));
    return { report: { file, ...contents }, text: `backed up ${described(contents)}` };
  },

  restore(file: string, directory: string): Outcome<Contents & { directory: string }> {
    const contents = contentsOf(restoreStore(requireFile(file), directory));
    return { report: { directory, ...contents }, text: `restored ${described(contents)} into ${directory}` };
  },

  /** Every event as a line to a stream, which stays open. */
  async exportTo(directory: string, output: Writable): Promise<void> {
    requireStore(directory);
    await pipeline(Readable.from(exportLines(directory)), output, { end: false });
  },

  async export(directory: string, file: string): Promise<Outcome<ExportReport & { file: string }>> {
    const report = await exportFile(directory, file);
    return { report: { file, ...report }, text: `exported ${counted(report.events, 'event')}` };
  },

  async import(directory: string, input: LinesInput): Promise<Outcome<ImportReport & { directory: string }>> {
    const report = await importEvents(directory, eventsOf(input));
    return { report: { directory, ...report }, text: `${imported(report)} into ${directory}` };
  },

  /** @param to a connection string: `esdb://…` */
  async importTo(to: string, input: LinesInput, options: ClusterImportOptions): Promise<Outcome<ClusterImportReport>> {
    const client = clientOf(to);
    try {
      const report = await importToCluster(eventsOf(input), client, options);
      const left = report.skipped === 0 ? '' : `; left out ${counted(report.skipped, 'event')} of system streams`;
      return { report, text: `${imported(report)}${left}` };
    } catch (error) {
      throw error instanceof OperationFailed ? error : refusal(error as Error);
    } finally {
      await client.dispose();
    }
  },

  scavenge(directory: string): Outcome<ScavengeReport> {
    requireStore(directory);
    const report = scavengeStore(directory);
    const { events, streams, bytesBefore, bytesAfter } = report;
    return { report, text: `removed ${counted(events, 'event')} of ${counted(streams, 'stream')}; the file had ${bytesBefore} bytes and has ${bytesAfter}` };
  },
};

function checked(file: string): Outcome<CheckReport & { file: string }> {
  const report = checkFile(file);
  return { report: { file, ...report }, text: [...report.findings, `${described(report)}: ${counted(report.findingCount, 'finding')}`].join('\n') };
}

function clientOf(to: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(to);
  } catch (error) {
    // The client's message may repeat the connection string, and with it a password.
    throw new OperationFailed('--to must be a connection string: esdb://[user:password@]host[:port][?options]', { kind: 'invalid', cause: error });
  }
}

/** Some of the client's errors have no message, only a name. */
const refusal = (cause: Error): OperationFailed => new OperationFailed(cause.message || cause.name, { cause });

/** A file must be there, but is opened only when the first event is asked for: until then a refusal leaves nothing open. */
function eventsOf(input: LinesInput): AsyncGenerator<LineEvent> {
  if (typeof input === 'string') requireFile(input);
  return (async function* () {
    yield* readEventLines(typeof input === 'string' ? createReadStream(input) : input);
  })();
}

const contentsOf = ({ events, streams, bytes, lastPosition }: CheckReport): Contents => ({ events, streams, bytes, lastPosition });

const imported = ({ events, streams }: ImportReport): string => `imported ${counted(events, 'event')} of ${counted(streams, 'stream')}`;

function described({ events, streams, bytes, lastPosition }: Contents): string {
  return `${counted(events, 'event')} of ${counted(streams, 'stream')}, ${bytes} bytes, last position ${lastPosition}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
