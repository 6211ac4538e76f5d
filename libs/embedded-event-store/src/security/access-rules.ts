import { aclOf, CLOSED_DEFAULTS, CLOSED_POLICIES, InvalidRules, parseDefaults, parsePolicies, STANDARD_DEFAULTS } from './acl-documents.js';
import { aimOf, mayDo, POLICIES_STREAM, type Acl, type Action, type DefaultAcls, type Policy, type User } from './may-do.js';
import { recordData, type ProposedEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';
import { metadataStreamOf, type StreamHead } from '../storage/stream-heads.js';
import type { StreamMetadata } from '../storage/stream-metadata.js';

const SETTINGS_STREAM = '$settings';

/** What a stream's latest event says, read again when the stream has changed. */
class LatestDocument<T> {
  private head: StreamHead | undefined;
  private metadata: StreamMetadata | undefined;
  private last = -1;
  private value: T;

  constructor(
    private readonly store: Store,
    private readonly stream: string,
    private readonly absent: T,
    /** What counts if the event says nothing that could be followed: an error must not open anything. */
    private readonly invalid: T,
    private readonly parse: (document: unknown) => T,
  ) {
    this.value = absent;
  }

  get(): T {
    const { heads } = this.store;
    const head = heads.get(this.stream);
    const metadata = heads.metadata(head);
    if (head !== this.head || metadata !== this.metadata || head.last !== this.last) {
      this.value = this.read();
      this.head = head;
      this.metadata = metadata;
      this.last = head.last;
    }
    return this.value;
  }

  private read(): T {
    const event = this.store.reader.newestWritten(this.stream);
    if (event === undefined) return this.absent;
    try {
      return this.parse(JSON.parse(recordData(event.record).toString('utf8')));
    } catch (error) {
      if (error instanceof InvalidRules || error instanceof SyntaxError) return this.invalid;
      throw error;
    }
  }
}

/** Who may do what in a store, as its streams say at this moment, inside a transaction also as it says. */
export class AccessRules {
  private readonly acls = new WeakMap<StreamMetadata, { acl: Acl | undefined }>();
  private readonly defaults: LatestDocument<DefaultAcls>;
  private readonly policies: LatestDocument<readonly Policy[]>;

  constructor(private readonly store: Store) {
    this.defaults = new LatestDocument(store, SETTINGS_STREAM, STANDARD_DEFAULTS, CLOSED_DEFAULTS, parseDefaults);
    this.policies = new LatestDocument(store, POLICIES_STREAM, [], CLOSED_POLICIES, parsePolicies);
  }

  mayDo(user: User, action: Action, stream: string): boolean {
    const owner = aimOf(action, stream)?.stream;
    const acl = owner === undefined ? undefined : this.aclOf(owner);
    return mayDo(user, action, stream, acl, this.defaults.get(), this.policies.get());
  }

  private aclOf(stream: string): Acl | undefined {
    const { heads } = this.store;
    const metadata = heads.metadata(heads.get(stream));
    let known = this.acls.get(metadata);
    if (known === undefined) this.acls.set(metadata, (known = { acl: aclOf(metadata.document) }));
    return known.acl;
  }
}

/** Calls `changed` after every commit to what the right to read a stream is read from. Returns how to stop. */
export function watchRights({ signal }: Store, stream: string, changed: () => void): () => void {
  const owner = aimOf('read', stream)?.stream ?? stream;
  const stops = [metadataStreamOf(owner), SETTINGS_STREAM, POLICIES_STREAM].map((source) => {
    let stop: () => void;
    const wait = (): void => {
      stop = signal.wait(source, () => {
        wait();
        changed();
      });
    };
    wait();
    return () => stop();
  });
  return () => stops.forEach((stop) => stop());
}

/** Why events must not get into a stream that rights are read from; undefined if they may. */
export function problemOfRules(stream: string, events: readonly ProposedEvent[]): string | undefined {
  const parse = stream === SETTINGS_STREAM ? parseDefaults : stream === POLICIES_STREAM ? parsePolicies : undefined;
  if (parse === undefined) return undefined;
  try {
    for (const event of events) parse(JSON.parse(event.data.toString('utf8')));
    return undefined;
  } catch (error) {
    return `${stream} would not be understood: ${(error as Error).message}`;
  }
}
