import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { connectBus } from './bus-client.js';
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
    user: userName(),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    stdin: () => text(process.stdin),
    input: () => process.stdin,
    output: () => process.stdout,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    connect: connectBus,
    interrupted,
  };
}

/** A container's user may have a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}

function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
