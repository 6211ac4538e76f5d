import { GROUPS, type StreamOwner, STREAMS } from '@slipway/kernel';
import { EVENT_STORE_IDENTITIES, type EventStoreIdentity, READERS, userOf } from './rights.js';

const PURPOSE: Readonly<Record<EventStoreIdentity, string>> = {
  planning: 'the service',
  admission: 'the service',
  build: 'the service',
  deployment: 'the service',
  query: 'the service',
  audit: 'the service',
  operator: "the owner's tools: they read",
};

const isOwner = (identity: string): identity is StreamOwner => identity in STREAMS;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ') || 'nothing';

const users = (): string[] =>
  EVENT_STORE_IDENTITIES.map((identity) => {
    const groups = GROUPS.filter(({ group }) => group.startsWith(`${identity}-`)).map(({ group }) => group);
    return row(`\`${userOf(identity)}\``, PURPOSE[identity], code(isOwner(identity) ? STREAMS[identity] : []), code(groups));
  });

/** docs/reference/event-store-access.md. */
export const accessPage = (): string => `# Who may do what in the event store

<!-- Made from libs/kernel/src/streams.ts and libs/event-store/src/rights.ts by "npm run event-store-access". A test fails when it is stale. -->

Each service has a user of its own and goes in over TLS; there is no open mode. A stream's category has one owner, and nobody else appends to it:
by stream policy where the server has those, and by stream ACLs [otherwise](#without-stream-policies).

| user | who | appends to streams that begin with | takes its share of |
| --- | --- | --- | --- |
${users().join('\n')}

- All of them are in the group \`${READERS}\`, and read the whole log: what a service decides comes from it.
- Nobody of them appends to any other stream, deletes or ends a stream, or changes metadata: truncation and ACLs are for members of \`$admins\`.
- Nobody of them reads or writes \`$settings\`, \`$policies\` or other system streams; all read \`$all\` and the link streams (\`$ce-\`, \`$et-\`, …).
- Nobody of them makes, changes or removes a persistent subscription: that takes \`$ops\` or \`$admins\`, so the set-up makes them.
- The embedded server logs each refusal once, as a warning with \`user\`, \`operation\` and \`stream\`; a wrong password as \`sign-in\`.

\`libs/event-store/src/rights.int.spec.ts\` tries every user, stream and action, with policies and without; \`test/e2e/event-store-attacks.e2e.spec.ts\` attacks a running platform.

## The local platform

\`npm start\` and \`slipway up\` run the embedded server with TLS. At each start the platform makes what is missing of users, rights and groups.

| file in the data directory | |
| --- | --- |
| \`event-store-keys/<name>.password\` | of each user above, and of \`admin\`, who sets up; mode 0600 in a folder of mode 0700 |
| \`event-store/certs/ca.crt\` | what clients trust (\`tlsCAFile\`) |
| \`platform.json\` | the connection string, without user and password, and where the passwords are |

To change a password, stop the platform, delete its file, and start again. A data directory of a version without users is taken over as it is.
After a \`restore\`, delete \`event-store-keys/admin.password\` if the start says that the administrator is not let in.

## A server of your own

\`\`\`
npm run build
node deploy/event-store/set-up.mjs --server 'esdb://node1:2113,node2:2113?tlsCAFile=/etc/ssl/ca.crt' --keys /etc/slipway/event-store-keys < admin-password
\`\`\`

It makes users, rights, groups and passwords, keeps what is there, and then tries for each service to append to the streams of the others.
Run it again after an update of Slipway. The server should be Slipway's alone: its rights close all other streams, and \`$all\` is Slipway's log.

| variable | |
| --- | --- |
| \`SLIPWAY_EVENTSTORE\` | of a service: its connection string with its own user and password, \`esdb://slipway-build:…@node1:2113?tlsCAFile=…\` |
| | for \`slipway up\`: the connection string without them; it refuses one with them, and \`tls=false\` |
| \`SLIPWAY_EVENTSTORE_KEYS\` | for \`slipway up\` only: the folder of passwords, from which it gives each service its own |

A service whose user or password the event store does not take does not start: \`EVENT_STORE_REFUSED\` (exit code 4), at once and with the user's name.

EventStoreDB from 24.10 and KurrentDB have stream policies, with a licence; an event \`$authorization-policy-changed\` with
\`{"streamAccessPolicyType": "streampolicy"}\` in \`$authorization-policy-settings\` switches them on. The set-up does not do that: without
a licence the server might let nobody in but administrators.

## Without stream policies

EventStoreDB up to 23.10, or without a licence, has stream ACLs only, and a default ACL in \`$settings\` that can't tell one category from another.
The set-up sees that by trying, and lets streams be **claimed** instead: a stream's first writer of metadata fixes who appends to it.

| | a stream with a claim | a stream without one |
| --- | --- | --- |
| read it and its metadata | group \`${READERS}\` | group \`${READERS}\` |
| append | its owner | nobody but \`$admins\` |
| write metadata | \`$admins\` | any service that owns streams: the claim |
| delete, end | \`$admins\` | \`$admins\` |

- A service claims a stream with its first append to it: one more write for a new stream, none later. It sees by trying, once, whether the
  server wants that; there is nothing to set. A crash between claim and first event leaves a claim that the next try finds.
- The set-up claims the streams that are there for their owners; stop the services for its first run, and run it again after an import.
- **Open remains** who claims a stream that is not there yet: a service that was taken over could begin one in another's category, and the
  others would believe its events. The owner refuses to begin a stream with such metadata (\`STREAM_TAKEN\`), also when that only says more than
  the claim; it does not look again at streams that have events. The set-up, run again, names all such streams, also those whose metadata was
  put right afterwards, and ends with exit code 1: run it regularly, and before a scavenge, or take a server with policies.
- To free a stream that is taken and has no events, a member of \`$admins\` writes the owner's claim as its metadata. One with another's events
  stays named: what followed from them has to be looked at.
- Where policies come later, switch them on and run the set-up; services that run notice. Where they end, run the set-up at once.

## What does not hold

- Without stream policies, who begins a stream: see above.
- A service can take events out of another's persistent subscription: EventStoreDB has no right for that. Reactions and facts would be
  late or missing; nothing false gets into the log.
- In EventStoreDB the hashes of passwords are events, and whoever reads \`$all\` reads them. The embedded server keeps them elsewhere.
- On one machine, whoever is the platform's system user can read all passwords.
`;
