import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';

/** A server on a free port of this machine whose connections a test handles; `close` ends them all. */
export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** TLS with this key and certificate, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly address?: string;
  readonly port?: number;
}

export async function serverOf(
  handle: (socket: Socket) => void,
  { tls, address = '127.0.0.1', port = 0 }: TestServerOptions = {},
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A server that answers every connection's first bytes with these, and ends it. */
export function saying(answer: string, options?: TestServerOptions): Promise<TestServer> {
  return serverOf((socket) => socket.once('data', () => socket.end(answer)), options);
}

/** A certificate of its own signing, for `name`, valid from and to these days from now. */
export async function certificate(name: string, from = -1, to = 90): Promise<{ key: string; cert: string }> {
  const day = 86_400_000;
  const made = await generate([{ name: 'commonName', value: name }], {
    notBeforeDate: new Date(Date.now() + from * day),
    notAfterDate: new Date(Date.now() + to * day),
    algorithm: 'sha256',
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
  return { key: made.private, cert: made.cert };
}
