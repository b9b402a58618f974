import { listen, openWitness, requireSafeHost, witnessApp } from '@tacet/server';
import { formatVerifierKey } from '@tacet/trail';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { readKey } from '../trailing/place.ts';

export interface WitnessOptions {
  dir: string;
  log: string[];
  name?: string;
  port: string;
  host: string;
  behindProxy?: boolean;
  json?: boolean;
}

/** `tacet witness serve`: cosigns checkpoints of trails until it is asked to stop. */
export async function serveWitness(options: WitnessOptions, io: Io): Promise<number> {
  const port = wholeNumber('--port', options.port, 0, 65_535);
  const behindProxy = options.behindProxy === true;
  requireSafeHost({ host: options.host, behindProxy });
  const logs = await Promise.all(options.log.map(readKey));
  const opened = await openWitness({
    directory: options.dir,
    logs,
    ...(options.name !== undefined && { name: options.name }),
  });
  try {
    const warn = (warning: string) =>
      void io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
    const listener = await listen(witnessApp(opened.witness, warn), {
      host: options.host,
      port,
      behindProxy,
    });
    const { address } = listener;
    const key = formatVerifierKey(opened.key);
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ address, key })}\n`
        : `tacet: witness listening on ${address}\n${key}\n`,
    );
    await new Promise<void>((resolve) => {
      if (io.stop.aborted) resolve();
      else io.stop.addEventListener('abort', () => resolve(), { once: true });
    });
    await listener.close();
  } finally {
    opened.close();
  }
  return STATUS.done;
}
