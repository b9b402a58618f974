import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';
import { run } from '../main.ts';
import { discard, type Place } from './place.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/tacet.js');

export interface RunningAgent {
  /** What it said at its first pass. */
  said: string;
  stop(): Promise<void>;
}

/**
 * Gives a key agent its file and starts it in a process of its own, as everybody would, but on another
 * machine or at least as another user. Throws INTERNAL when it does not come up.
 */
export async function startAgent(place: Place, io: Io): Promise<RunningAgent> {
  const file = join(place.identity, '../agent.identity');
  const quiet = { ...io, env: place.env, stdout: discard() };
  const status = await run(['keys', 'operations', 'export', file, '--dir', place.data, '--json'], quiet);
  const argv = [PROGRAM, 'keys', 'agent', '--identity', file, '--dir', place.data];
  const child = spawn(process.execPath, argv, {
    env: place.env,
    stdio: ['ignore', 'pipe', 'inherit'],
    // An interrupt is for the demo, which then stops the agent.
    detached: true,
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout! }))
    if (status === 0) return { said: line.replace(/^tacet: /, ''), stop };
  await stop();
  throw new TacetError('INTERNAL', 'the key agent did not start; `npx tacet keys agent` says why');
}
