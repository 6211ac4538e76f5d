import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy in front of a server on loopback. It keeps every byte that passes, in both directions. */
export class TcpCapture {
  private readonly streams: Buffer[][] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<TcpCapture> {
    const server = createServer();
    const capture = new TcpCapture(server, target);
    server.on('connection', (client) => capture.join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return capture;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** One direction of one connection each, so that nothing is torn apart where two speak at once. */
  get bytes(): Buffer[] {
    return this.streams.map((chunks) => Buffer.concat(chunks));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const upstream = connect(this.target, '127.0.0.1');
    this.carry(client, upstream);
    this.carry(upstream, client);
  }

  private carry(from: Socket, to: Socket): void {
    const chunks: Buffer[] = [];
    this.streams.push(chunks);
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      to.write(chunk);
    });
    from.once('end', () => to.end());
    // One end that is gone leaves nobody to speak to.
    from.on('error', () => to.destroy());
    from.once('close', () => this.sockets.delete(from));
  }
}
