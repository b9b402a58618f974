import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a writer and a server, for tests, and keeps every byte that the server receives. */
export class Wire {
  readonly received: Buffer[] = [];
  /** The server's port on this machine; 0 while there is none. */
  target = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((from) => {
      const to = connect(this.target, '127.0.0.1');
      for (const socket of [from, to]) {
        this.#sockets.add(socket);
        socket
          .on('error', () => {})
          .on('close', () => {
            this.#sockets.delete(socket);
            from.destroy();
            to.destroy();
          });
      }
      from.on('data', (bytes: Buffer) => this.received.push(bytes));
      from.pipe(to);
      to.pipe(from);
    });
  }

  /** Gives the URL at which the writer finds the server. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** Ends all connections, and gives new ones no answer until there is a target again. */
  cut(): void {
    this.target = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
