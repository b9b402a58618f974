import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';
import type { Place } from './place.ts';

const USUAL_PORT = 4318;
const PROGRAM = join(import.meta.dirname, '../../bin/tacet.js');

export interface RunningServer {
  /** `http://127.0.0.1:4318` */
  address: string;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts `tacet serve` in a process of its own, as everybody would. Throws STORE_UNAVAILABLE when it ends at once. */
export async function startServer(place: Place, port: number | undefined, io: Io): Promise<RunningServer> {
  const tried = await start(place, port ?? USUAL_PORT);
  if (tried) return tried;
  const other = port === undefined ? await start(place, 0) : undefined;
  if (!other)
    throw new TacetError('STORE_UNAVAILABLE', 'the server did not start; `npx tacet serve` says why');
  io.stdout.write(`Port ${USUAL_PORT} is taken; the server has another one.\n`);
  return other;
}

async function start(place: Place, port: number): Promise<RunningServer | undefined> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--dir', place.data, '--port', String(port)], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'inherit'],
    // An interrupt is for the demo, which then stops the server.
    detached: true,
  });
  const ended = once(child, 'close');
  const address = await Promise.race([addressOf(child), ended.then(() => undefined)]);
  if (address === undefined) return undefined;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { address, ended, stop };
}

async function addressOf(child: ChildProcess): Promise<string | undefined> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const address = /listening on (\S+)/.exec(line)?.[1];
    if (address) return address;
  }
  return undefined;
}
