import { setTimeout as wait } from 'node:timers/promises';
import { TacetError } from '@tacet/records';
import { layoutOf, readConfig } from '@tacet/server/directory';
import { reportFailure } from '../../failure.ts';
import { type Io, STATUS } from '../../io.ts';
import { directoryOrUrl, wholeNumber } from '../../options.ts';
import { profileEntry } from '../../profile/locate.ts';
import { agentPass, type Pass } from '../agent.ts';
import { fileKeys } from '../agent-keys.ts';
import { dayOf, newestText } from '../show.ts';
import type { KeysOptions } from '../workspace.ts';

export interface AgentOptions extends KeysOptions {
  epochDays: string;
  once?: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The operations key itself ends: its owner is told when fewer days are left. */
const OPERATIONS_LEFT_DAYS = 30;
const DAY_SECONDS = 86_400;

/**
 * `tacet keys agent`: a process of its own that holds the operations key, so that the server need not.
 * Renews certificates daily and starts an epoch when the last one is old enough. Nobody can connect to
 * it: it asks the server once an hour what there is to do.
 */
export async function agent(options: AgentOptions, io: Io): Promise<number> {
  const epochDays = wholeNumber('--epoch-days', options.epochDays, 1, 365);
  const where = directoryOrUrl(options);
  const rootHash = 'dir' in where ? (await readConfig(layoutOf(where.dir))).rootHash : undefined;
  const keys = fileKeys(options, io, await profileEntry(io.env, rootHash));
  const { withoutCoreDumps } = await import('@tacet/server');
  withoutCoreDumps();
  let pause = MINUTE_MS;
  for (let first = true; !io.stop.aborted; first = false) {
    try {
      tell(await agentPass(keys, options, epochDays, io), first, options, io);
      pause = HOUR_MS;
    } catch (error) {
      // What can be better in a while is tried again; a wrong key or passphrase is not.
      const again = error instanceof TacetError && (error.retry || error.code === 'STORE_LOCKED');
      if (options.once || (first && !again)) throw error;
      if (io.stop.aborted) break;
      reportFailure(error, io, options.json === true);
      pause = Math.min(pause * 2, HOUR_MS);
    }
    if (options.once) return STATUS.done;
    await wait(pause, undefined, { signal: io.stop }).catch(() => {});
  }
  return STATUS.done;
}

function tell(pass: Pass, first: boolean, options: AgentOptions, io: Io): void {
  const { after, begun, renewed, writers, holdsRoot, until } = pass;
  if (options.json) {
    const { number } = after.epochs.at(-1)!;
    io.stdout.write(
      `${JSON.stringify({ epoch: number, begun, renewed, writers, operationsUntil: until })}\n`,
    );
    return;
  }
  const lines = [
    ...(first ? [`key agent of ${after.workspace}, operations key until ${dayOf(until)}`] : []),
    ...(begun || renewed || first
      ? [`${begun ? 'began' : renewed ? 'renewed' : 'found'} ${newestText(after)}`]
      : []),
    ...writers.map((name) => `renewed writer ${name}`),
  ];
  for (const line of lines) io.stdout.write(`tacet: ${line}\n`);
  const left = Math.floor((until - Date.now() / 1000) / DAY_SECONDS);
  if (left < OPERATIONS_LEFT_DAYS)
    io.stderr.write(
      `tacet: the operations key ends in ${left} days: its owner runs tacet keys operations rotate\n`,
    );
  if (first && holdsRoot)
    io.stderr.write(
      'tacet: this identity holds the root key too; give the agent its own: tacet keys operations export\n',
    );
}
