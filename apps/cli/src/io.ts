import type { Readable, Writable } from 'node:stream';
import type { GatewayAddress, GatewayClient } from '@slipway/messaging';

/** The world around the command line, so that a spec can put its own in that place. */
export interface Io {
  readonly environment: NodeJS.ProcessEnv;
  /** Where it was started. */
  readonly directory: string;
  /** Of the terminal; undefined where stdout is none. */
  readonly columns: number | undefined;
  readonly stdin: () => Promise<string>;
  /** Stdin and stdout as streams: for what may be larger than memory. */
  readonly input: () => Readable & { readonly isTTY?: boolean };
  readonly output: () => Writable;
  /** Data, to stdout. */
  readonly out: (text: string) => void;
  /** Talk, to stderr. */
  readonly err: (text: string) => void;
  readonly connectGateway: (address: GatewayAddress) => GatewayClient;
  /** Shows a page in the user's browser, where there is one. */
  readonly openPage: (url: string) => void;
  /** Aborted by Ctrl-C, once somebody has asked for it; before that, Ctrl-C ends the process. */
  readonly interrupted: () => AbortSignal;
}
