import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, openIdentity } from '@tacet/seal';
import { openServer, type Server } from '@tacet/server';
import { localSender, type Sender } from '../apps/cli/src/importing/sender.ts';

export interface BenchServer {
  server: Server;
  sender: Sender;
  identity: Identity;
  tokens: { ingest: string; reader: string };
}

/**
 * Founds a workspace below `directory` by `tacet init`, in a process of its own because founding has
 * a peak of memory of its own, and opens it in this process. `now` gives milliseconds since 1970.
 */
export async function openForBench(folder: string, now: () => number = Date.now): Promise<BenchServer> {
  const directory = join(folder, 'store');
  const launcher = join(import.meta.dirname, '../apps/cli/bin/tacet.js');
  const { stdout, status } = spawnSync(process.execPath, [launcher, 'init', '--dir', directory, '--json'], {
    env: { ...process.env, XDG_CONFIG_HOME: join(folder, 'owner') },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tacet init ended with status ${status}`);
  const files = JSON.parse(stdout) as Record<
    'identity' | 'passphraseFile' | 'readerTokenFile' | 'ingestTokenFile',
    string
  >;
  const text = (path: string) => readFileSync(path, 'utf8').trim();
  const tokens = { ingest: text(files.ingestTokenFile), reader: text(files.readerTokenFile) };
  const identity = await openIdentity(readFileSync(files.identity), text(files.passphraseFile));
  const server = await openServer({
    directory,
    now,
    warn: (warning) => void process.stderr.write(`${warning}\n`),
  });
  return { server, sender: await localSender(server, tokens.ingest), identity, tokens };
}
