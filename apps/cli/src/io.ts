import type { Readable, Writable } from 'node:stream';
import type { BusAddress, Signer } from '@slipway/messaging';
import type { BusClient } from './bus-client.js';
import type { GatewayAddress, GatewayClient } from './gateway-client.js';

/** The world around the command line, so that a spec can put its own in that place. */
export interface Io {
  readonly environment: NodeJS.ProcessEnv;
  /** Where it was started. */
  readonly directory: string;
  /** Name of the user of the operating system. */
  readonly user: string;
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
  readonly connect: (address: BusAddress, signer: Signer | undefined) => Promise<BusClient>;
  readonly connectGateway: (address: GatewayAddress) => GatewayClient;
  /** Shows a page in the user's browser, where there is one. */
  readonly openPage: (url: string) => void;
  /** Aborted by Ctrl-C, once somebody has asked for it; before that, Ctrl-C ends the process. */
  readonly interrupted: () => AbortSignal;
}
