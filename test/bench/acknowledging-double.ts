// A double of the server for comparison: the same server, but an append is acknowledged and not stored.
import { startEmbeddedEventStore } from '@slipway/embedded-event-store';

import { builtStoreFile } from '../chaos/built-store.js';

interface GroupCommitModule {
  readonly GroupCommit: { readonly prototype: { submit(run: () => unknown, done: (result: unknown) => void): void } };
}

async function main(directory: string): Promise<void> {
  // What is replaced is inside the package, so its exports do not name it.
  const { GroupCommit } = (await import(builtStoreFile('storage/group-commit.js'))) as GroupCommitModule;
  let waiting: ((result: unknown) => void)[] = [];
  GroupCommit.prototype.submit = (_run, done) => {
    if (waiting.push(done) > 1) return;
    setImmediate(() => {
      const all = waiting;
      waiting = [];
      for (const answer of all) answer({ kind: 'written', revision: 0, position: 1 });
    });
  };
  const { port, connectionString } = await startEmbeddedEventStore({ directory });
  process.stdout.write(`${JSON.stringify({ ready: true, port, connectionString })}\n`);
}

main(process.argv[2] ?? '').catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
