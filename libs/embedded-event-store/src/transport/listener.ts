import { createServer as createNetServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** PEM. */
export interface TlsKeys {
  readonly cert: string;
  readonly key: string;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections. */
  stop(): void;
  /** Ends the connections that are left. */
  destroy(): void;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly tls: TlsKeys | undefined;
  readonly http2: (socket: Socket) => void;
  readonly http1: (socket: Socket) => void;
}

/** How every HTTP/2 connection begins. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');

/** Listens on one port for HTTP/2 and HTTP/1.1: their first bytes tell which. Rejects with the system's error. */
export function listen({ host, port, tls, http2, http1 }: ListenOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    // Who owns the connection hears of it as well; before that it just ends.
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (isPreface(first)) http2(socket);
      else http1(socket);
    });
  };
  const server: Server = tls ? createTlsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] }) : createNetServer();
  server.on(tls ? 'secureConnection' : 'connection', accept);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      const { port: bound } = server.address() as AddressInfo;
      resolve({ port: bound, stop: () => server.close(), destroy: () => sockets.forEach((socket) => socket.destroy()) });
    });
  });
}

function isPreface(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PREFACE.length);
  return bytes.compare(PREFACE, 0, length, 0, length) === 0;
}
