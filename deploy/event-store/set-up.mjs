// Makes an EventStoreDB, KurrentDB or embedded event store ready for Slipway: users, rights, groups. See docs/reference/event-store-access.md.
// Needs a build: npm run build.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readPassword } from '@slipway/embedded-event-store';
import { categoriesKeptApart, claimStreams, waitForEventStore } from '@slipway/event-store';
import { setUpAccess, withCredentials } from '@slipway/event-store/access';
import { eventStoreAddress, passwordFolder } from '@slipway/platform';

const USAGE = `node deploy/event-store/set-up.mjs --server <connection string> --keys <folder> [--admin <user>]

Makes a user for each service and one that reads, their rights, and the groups of the services' reactors; writes <folder>/<name>.password.
What is there already is kept: run it again after an update of Slipway. Delete a password's file to get a new password.
The administrator's password is the first line of standard input.

  --server <connection string>  without user and password: 'esdb://host:2113?tlsCAFile=/etc/ssl/ca.crt'
  --keys <folder>               made with mode 0700; for SLIPWAY_EVENTSTORE_KEYS
  --admin <user>                a member of $admins (default: admin)

Exit codes: 0 done; 1 failed, each service is not kept out of the others' categories, or a stream may be another's work; 2 wrong usage.
`;

const ANSWER_MS = 10_000;
/** A server takes a moment to follow new rules. */
const TRIES = 10;
const PAUSE_MS = 500;

const BY_CLAIMS = `this server follows no stream policies; stream ACLs hold instead, and services claim their streams:
  nobody but its owner appends to a stream that is there: all were looked at, and each service was tried
  a stream that is not there yet could be begun by another service: run this set-up regularly, it names such streams and fails
see docs/reference/event-store-access.md, which says how to switch policies on
`;

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
  await waitForEventStore(administrator, ANSWER_MS, {
    from: '--server, --admin and standard input',
    remedy: 'Name a member of $admins with --admin, and give its password as the first line of standard input.',
  });
  await setUpAccess(administrator, passwordFolder(access.eventStoreKeys));
  process.stdout.write(`users, rights and groups are there; the passwords are in ${access.eventStoreKeys}\n`);
  const address = (service) => eventStoreAddress(access, service);
  if ((await keptApart(address)) === 'policies') return void process.stdout.write('nobody but its owner appends to a category: tried for every service\n');
  const taken = await claimStreams(administrator);
  if (taken.length > 0) throw new Error(`streams that somebody else than their owner may have written, by their metadata: ${taken.join(' ')}`);
  if ((await keptApart(address)) === 'nothing') throw new Error("the server follows neither stream policies nor the default ACL of $settings: each service can append to the others' streams");
  process.stdout.write(BY_CLAIMS);
}

/** The answer, once it is one. */
async function keptApart(address) {
  for (let tries = 1; ; tries++) {
    const by = await categoriesKeptApart(address);
    if (by !== 'nothing' || tries === TRIES) return by;
    await sleep(PAUSE_MS);
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`set-up: ${error.code ? `${error.code}: ` : ''}${error.message}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
