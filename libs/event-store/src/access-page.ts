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

Each service has a user of its own and goes in over TLS; there is no open mode. A stream's category has one owner, and nobody else appends to it.

| user | who | appends to streams that begin with | takes its share of |
| --- | --- | --- | --- |
${users().join('\n')}

- All of them are in the group \`${READERS}\`, and read the whole log: what a service decides comes from it.
- Nobody of them appends to any other stream, deletes or ends a stream, or writes metadata: truncation and ACLs are for members of \`$admins\`.
- Nobody of them reads or writes \`$settings\`, \`$policies\` or other system streams; all read \`$all\` and the link streams (\`$ce-\`, \`$et-\`, …).
- Nobody of them makes, changes or removes a persistent subscription: that takes \`$ops\` or \`$admins\`, so the set-up makes them.
- The embedded server logs each refusal once, as a warning with \`user\`, \`operation\` and \`stream\`; a wrong password as \`sign-in\`.

\`libs/event-store/src/rights.int.spec.ts\` tries every user, stream and action; \`test/e2e/event-store-attacks.e2e.spec.ts\` attacks a running platform.

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

EventStoreDB from 24.10 and KurrentDB have stream policies, with a licence; an event \`$authorization-policy-changed\` with
\`{"streamAccessPolicyType": "streampolicy"}\` in \`$authorization-policy-settings\` switches them on. The set-up does not do that: without
a licence the server might let nobody in but administrators.

## What does not hold

- **Without stream policies** (EventStoreDB up to 23.10, or no licence) there are only the default ACLs of \`$settings\`: users of Slipway read,
  only the services that own streams append, and nobody deletes or changes metadata. But they can append to **each other's** categories: an
  ACL belongs to one stream that is there, and the right to write one would be worse in a service's hands. The set-up says so and ends with
  exit code 1.
- A service can take events out of another's persistent subscription: EventStoreDB has no right for that. Reactions and facts would be
  late or missing; nothing false gets into the log.
- In EventStoreDB the hashes of passwords are events, and whoever reads \`$all\` reads them. The embedded server keeps them elsewhere.
- On one machine, whoever is the platform's system user can read all passwords.
`;
