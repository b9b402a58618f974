import type { Identity } from '@tacet/seal';
import { foundDirectory, openServer, type Server } from '@tacet/server';
import { localSender, type Sender } from '../apps/cli/src/importing/sender.ts';

export interface BenchServer {
  server: Server;
  sender: Sender;
  identity: Identity;
  tokens: { ingest: string; reader: string };
}

/** A directory founded for a measurement, opened in this process. `now` gives milliseconds since 1970. */
export async function openForBench(directory: string, now: () => number = Date.now): Promise<BenchServer> {
  const { identity, tokens } = await foundDirectory({
    directory,
    workspace: 'bench',
    now: now(),
    keep: async () => {},
  });
  const server = await openServer({ directory, now });
  return { server, sender: await localSender(server, tokens.ingest), identity, tokens };
}
