// Makes an EventStoreDB, KurrentDB or embedded event store ready for Slipway: users, rights, groups. See docs/reference/event-store-access.md.
// Needs a build: npm run build.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readPassword } from '@slipway/embedded-event-store';
import { categoriesKeptApart, waitForEventStore } from '@slipway/event-store';
import { setUpAccess, withCredentials } from '@slipway/event-store/access';
import { eventStoreAddress, passwordFolder } from '@slipway/platform';

const USAGE = `node deploy/event-store/set-up.mjs --server <connection string> --keys <folder> [--admin <user>]

Makes a user for each service and one that reads, their rights, and the groups of the services' reactors; writes <folder>/<name>.password.
What is there already is kept: run it again after an update of Slipway. Delete a password's file to get a new password.
The administrator's password is the first line of standard input.

  --server <connection string>  without user and password: 'esdb://host:2113?tlsCAFile=/etc/ssl/ca.crt'
  --keys <folder>               made with mode 0700; for SLIPWAY_EVENTSTORE_KEYS
  --admin <user>                a member of $admins (default: admin)

Exit codes: 0 done; 1 failed, or the server does not keep each service out of the others' categories; 2 wrong usage.
`;

const ANSWER_MS = 10_000;
/** A server takes a moment to follow new policies. */
const TRIES = 10;
const PAUSE_MS = 500;

class UsageError extends Error {}

function parse() {
  try {
    const { values } = parseArgs({
      options: { server: { type: 'string' }, keys: { type: 'string' }, admin: { type: 'string', default: 'admin' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (!values.help && (!values.server || !values.keys)) throw new Error('name the server with --server, and a folder with --keys');
    return values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

async function main() {
  const { help, server, keys, admin } = parse();
  if (help) return void process.stdout.write(USAGE);
  const access = { eventStore: server, eventStoreKeys: resolve(keys) };
  const administrator = withCredentials(server, { user: admin, password: await readPassword(process.stdin) });
  await waitForEventStore(administrator, ANSWER_MS);
  await setUpAccess(administrator, passwordFolder(access.eventStoreKeys));
  process.stdout.write(`users, rights and groups are there; the passwords are in ${access.eventStoreKeys}\n`);
  for (let tries = 0; tries < TRIES; tries++) {
    if (await categoriesKeptApart((service) => eventStoreAddress(access, service))) {
      return void process.stdout.write('nobody but its owner appends to a category: tried for every service\n');
    }
    await sleep(PAUSE_MS);
  }
  throw new Error('this server follows no stream policies: each service can append to the streams of the others (docs/reference/event-store-access.md says how to switch them on)');
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`set-up: ${error.code ? `${error.code}: ` : ''}${error.message}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
