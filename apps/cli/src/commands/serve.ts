import { TacetError } from '@tacet/records';
import { isLoopback, openServer, requireSafeHost, type TlsFiles, withoutCoreDumps } from '@tacet/server';
import { removeRun, writeRun } from '@tacet/server/directory';
import { type Io, STATUS } from '../io.ts';
import { type ListenFlags, type Listening, listenAll, portsOf } from '../listening.ts';

export interface ServeOptions extends ListenFlags {
  dir: string;
  publicUrl?: string;
  tlsCert?: string;
  tlsKey?: string;
}

/** `tacet serve`: opens the directory and listens until it is asked to stop. */
export async function serve(options: ServeOptions, io: Io): Promise<number> {
  portsOf(options);
  const behindProxy = options.behindProxy === true;
  const tls = tlsFiles(options);
  const { host } = options;
  requireSafeHost({ host, behindProxy, tls });
  withoutCoreDumps();
  const warn = (warning: string) =>
    void io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  const publicUrl = originFlag(options.publicUrl);
  const server = await openServer({
    directory: options.dir,
    warn,
    behindProxy,
    tls: tls !== undefined,
    ...(publicUrl !== undefined && { publicUrl }),
  });
  let listener: Listening | undefined;
  try {
    // Everything that the first event needs is made before the address is told.
    await server.intake();
    const link = await server.firstOwner();
    if (link && !behindProxy && !isLoopback(host))
      throw new TacetError(
        'USAGE',
        'nobody has an account yet: serve this machine alone first, and use the link that it prints',
      );
    listener = await listenAll(server.app, { ...options, tls }, warn);
    // Listening everywhere is not an address to connect to.
    await writeRun(server.layout, listener.address.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]'));
    io.stdout.write(`${listener.line}\n`);
    const { auditing } = server;
    const { address, grpc } = listener;
    auditing.listensOn({ address, grpc, tlsCert: options.tlsCert });
    auditing.selfAudit.start((open) => {
      const counts = Object.entries(open).map(([severity, count]) => `${count} ${severity}`);
      io.stderr.write(
        options.json
          ? `${JSON.stringify({ audit: open })}\n`
          : `tacet: self-audit: ${counts.join(', ')}; see tacet audit --self --dir ${options.dir}\n`,
      );
    });
    if (link) {
      // Browsers know passkeys for names, not for bare addresses.
      const base = publicUrl ?? listener.address.replace('//127.0.0.1:', '//localhost:');
      const enrol = `${base}/enrol#${link.code}`;
      const until = new Date(link.expires * 1000).toISOString();
      io.stderr.write(
        options.json
          ? `${JSON.stringify({ enrol, until })}\n`
          : `tacet: nobody has an account yet; the first owner's, by this link, once, until ${until}:\n  ${enrol}\n`,
      );
    }
    await stopped(io.stop);
  } finally {
    await removeRun(server.layout);
    await listener?.close();
    await server.close();
  }
  return STATUS.done;
}

/** The two files of a certificate. Throws USAGE when one is missing. */
function tlsFiles({ tlsCert, tlsKey }: ServeOptions): TlsFiles | undefined {
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: tlsCert, key: tlsKey };
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  throw new TacetError('USAGE', '--tls-cert and --tls-key belong together');
}

/** The origin of `--public-url`. Throws USAGE for what browsers cannot be at. */
function originFlag(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new TacetError('USAGE', '--public-url takes an https URL without a path');
  return url.origin;
}

/** Resolves when the command is asked to end. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
