import { foundWorkspace, toHex, verifyAuthority, WriterSession } from '@tacet/seal';
import { type MatchOrder, ReaderKeys, type SearchServer, search } from '@tacet/search/client';
import { options, report } from '../child.ts';

const { sessions: count } = options<{ sessions: number }>();
const now = Date.now();
const founded = await foundWorkspace({ workspace: 'bench', now });
const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
const sessions = new Map<string, Uint8Array>();
for (let at = 0; at < count; at++) {
  const writer = founded.writer;
  const session = await WriterSession.start({ workspace: 'bench', authority, writer, now });
  sessions.set(toHex(session.id), session.record);
}
const periods = [...sessions.keys()].map((session, periodNo) => ({ periodNo, session, period: 0 }));

/** Keeps keyrings as a server does; says when the first match is asked for: then every session is open. */
class Server implements Pick<SearchServer, 'plan' | 'authority' | 'keyrings' | 'keepKeyring' | 'match'> {
  readonly kept: Uint8Array[] = [];
  started = 0;
  cpu: NodeJS.CpuUsage | undefined;
  authority = async () => founded.authority;
  plan = async () => ({ sessions, periods, segments: count, events: count });
  keyrings = async () => this.kept;
  keepKeyring = async (record: Uint8Array) => {
    this.kept.push(record);
  };
  match = async (_order: MatchOrder) => {
    this.started ||= performance.now();
    this.cpu ??= process.cpuUsage();
    return { hits: [] };
  };
}

interface Start {
  /** From the beginning of a search, by somebody who has just unlocked an identity, to its first match. */
  seconds: number;
  /** Processor time of that, whatever else the machine does. */
  cpu: number;
}

async function start(server: Server): Promise<Start> {
  server.started = 0;
  const keys = new ReaderKeys(founded.identity);
  server.cpu = undefined;
  const before = process.cpuUsage();
  const begun = performance.now();
  const run = search({
    server: server as unknown as SearchServer,
    identity: founded.identity,
    query: 'refund',
    purpose: 'bench',
    keys,
  });
  for await (const _ of run);
  keys.close();
  if (!run.summary.complete) throw new Error('the search was not complete');
  const { user, system } = server.cpu!;
  const cpu = (user + system - before.user - before.system) / 1e6;
  return { seconds: (server.started - begun) / 1000, cpu };
}

await report(async () => {
  const server = new Server();
  const without = await start(server);
  const keyrings = server.kept.length;
  const bytes = server.kept.reduce((sum, record) => sum + record.length, 0);
  const times = [await start(server), await start(server), await start(server)];
  return { without, withKeyring: times.sort((a, b) => a.seconds - b.seconds)[1]!, keyrings, bytes };
});
