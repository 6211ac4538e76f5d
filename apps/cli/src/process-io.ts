import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { connectGateway } from '@slipway/messaging';
import type { Io } from './io.js';

/** The real world. */
export function processIo(): Io {
  // Whoever reads our output, such as `head`, may have seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    environment: process.env,
    directory: process.cwd(),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    stdin: () => text(process.stdin),
    input: () => process.stdin,
    output: () => process.stdout,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    connectGateway,
    openPage,
    interrupted,
  };
}

/** The page's address is printed as well: a machine without a browser is no error. */
function openPage(url: string): void {
  const opener = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
