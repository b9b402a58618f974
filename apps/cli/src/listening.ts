import { TacetError } from '@tacet/records';
import { type App, isLoopback, type Listener, listen, listenGrpc, type TlsFiles } from '@tacet/server';
import { wholeNumber } from './options.ts';

export interface ListenFlags {
  port: string;
  /** Without it there is no gRPC. */
  grpcPort?: string;
  host: string;
  behindProxy?: boolean;
  json?: boolean;
}

/** Where a process listens: over HTTP, and over gRPC if that was asked for. */
export interface Listening extends Listener {
  /** Where it takes OTLP over gRPC. */
  grpc?: string;
  /** The line that tells people, or machines, where. */
  line: string;
}

/** Checks the ports before anything is opened. Throws USAGE, also for gRPC that others could overhear. */
export function portsOf({ port, grpcPort, host, behindProxy }: ListenFlags): {
  http: number;
  grpc: number | undefined;
} {
  if (grpcPort !== undefined && behindProxy !== true && !isLoopback(host))
    throw new TacetError(
      'USAGE',
      'OTLP over gRPC has no TLS of its own: put a proxy in front (--behind-proxy)',
    );
  return {
    http: wholeNumber('--port', port, 0, 65_535),
    grpc: grpcPort === undefined ? undefined : wholeNumber('--grpc-port', grpcPort, 0, 65_535),
  };
}

/** Listens as the flags say; throws USAGE when a port cannot be had, and then listens nowhere. */
export async function listenAll(
  app: App,
  flags: ListenFlags & { tls?: TlsFiles | undefined },
  warn: (warning: string) => void,
): Promise<Listening> {
  const ports = portsOf(flags);
  const common = { host: flags.host, behindProxy: flags.behindProxy === true };
  const http = await listen(app, { ...common, port: ports.http, tls: flags.tls, warn });
  const { address } = http;
  const close = () => http.close();
  if (ports.grpc === undefined) {
    const line = flags.json ? JSON.stringify({ address }) : `tacet: listening on ${address}`;
    return { address, line, close };
  }
  try {
    const grpc = await listenGrpc(app, { ...common, port: ports.grpc, warn });
    return {
      address,
      grpc: grpc.address,
      line: flags.json
        ? JSON.stringify({ address, grpc: grpc.address })
        : `tacet: listening on ${address} and, for OTLP over gRPC, ${grpc.address}`,
      close: async () => {
        await Promise.all([grpc.close(), http.close()]);
      },
    };
  } catch (error) {
    await http.close();
    throw error;
  }
}
