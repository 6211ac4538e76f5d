import { Readable, Writable } from 'node:stream';
import { type CommandAnswer, SlipwayError } from '@slipway/kernel';
import type { GatewayClient, MessageClass, RebuildOutcome } from '@slipway/messaging';
import type { CommandModule } from './cli.js';
import type { Io } from './io.js';
import { run } from './run.js';

export const POSITION = '00000000000000000007/00000000000000000007';

/** What a command class or query class is answered: a value, an error, or one after the other. */
export type Answers = Readonly<Record<string, readonly unknown[]>>;

export interface World {
  readonly out: string;
  readonly err: string;
  readonly exit: number;
  /** Everything that was asked, in order. */
  readonly asked: readonly { type: string; fields: object; commandId?: string }[];
}

/** A command's answer with these facts. */
export const answered = (...events: CommandAnswer['events']): CommandAnswer => ({ stream: 's', revision: events.length - 1, position: POSITION, repeated: false, events });

/** Runs a command line in a world where the platform answers as given; the last answer of a class stays. */
export async function runIn(modules: readonly CommandModule[], line: readonly string[], answers: Answers = {}, more: Partial<Io> = {}): Promise<World> {
  const out: string[] = [];
  const err: string[] = [];
  const asked: World['asked'][number][] = [];
  const left = new Map(Object.entries(answers).map(([type, list]) => [type, [...list]]));
  const next = (type: string): unknown => {
    const list = left.get(type);
    if (!list) throw new SlipwayError('UNAVAILABLE', `no service answers ${type}`);
    const answer = list.length > 1 ? list.shift() : list[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = {
    command: async (type: MessageClass, fields: object, { commandId }: { commandId?: string }) => {
      asked.push({ type: type.name, fields, commandId });
      return next(type.name);
    },
    query: async (type: MessageClass, fields: object) => {
      asked.push({ type: type.name, fields });
      return { position: POSITION, data: next(type.name) };
    },
    rebuildViews: async (service: string) => next(service) as RebuildOutcome,
  } as unknown as GatewayClient;
  const io: Io = {
    directory: '/nowhere',
    columns: undefined,
    stdin: async () => '',
    input: () => Readable.from([]),
    output: () => new Writable({ write: (chunk, _encoding, next) => (out.push(String(chunk).replace(/\n$/, '')), next()) }),
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    connectGateway: () => client,
    openPage: () => undefined,
    interrupted: () => new AbortController().signal,
    ...more,
    environment: { SLIPWAY_URL: 'http://127.0.0.1:1', SLIPWAY_TOKEN: 'slw_t', ...more.environment },
  };
  const exit = await run(line, io, modules);
  return { out: out.join('\n'), err: err.join('\n'), exit, asked };
}
