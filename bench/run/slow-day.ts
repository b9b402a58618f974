/**
 * A day at five events a second by a simulated clock, exported every half minute as a collector does: a
 * restart at noon, a new epoch in the evening. Every export is a synced insert, as on a real day; only the
 * waiting between them is left out.
 */
import { readFileSync } from 'node:fs';
import { eventFromLine } from '@tacet/receive';
import { encodeRows } from '@tacet/records';
import { emptyRecords, nextEpoch } from '@tacet/seal';
import { httpSearchServer, search } from '@tacet/search/client';
import { openServer } from '@tacet/server';
import { localSender } from '../../apps/cli/src/importing/sender.ts';
import { loadAuthority } from '../../apps/server/src/authority.ts';
import { options, report } from '../child.ts';
import { openForBench } from '../server.ts';

const { file, directory, hours } = options<{ file: string; directory: string; hours: number }>();
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const EXPORT_SECONDS = 30;
const START = Date.now();
let now = START;
const clock = () => now;
let { server, sender, tokens, identity } = await openForBench(directory, clock);

/** What the key agent does when an epoch is over. */
async function changeEpoch(): Promise<void> {
  const rootHash = Buffer.from(server.config.rootHash, 'hex');
  const authority = await loadAuthority(server.stores.control, server.config.workspace, rootHash);
  const records = await nextEpoch({ identity, authority, now });
  await server.parts.authority.append({ ...emptyRecords(), ...records }, 'bench');
}

/** Seconds until the newest hundred matches of the day are there. */
async function searchSeconds(): Promise<number> {
  const started = performance.now();
  const remote = httpSearchServer({
    url: 'http://localhost',
    token: tokens.reader,
    fetch: async (request) => server.app.fetch(request),
  });
  const query = 'daffodils';
  for await (const _ of search({ server: remote, identity, query, limit: 100, purpose: 'benchmark' }));
  return (performance.now() - started) / 1000;
}

await report(
  async () => {
    const before = process.cpuUsage();
    let bytesIn = 0;
    let events = 0;
    const seconds = hours * 3600;
    let most = 0;
    for (let second = 0; second < seconds; second += EXPORT_SECONDS) {
      now = START + second * 1000;
      const batch = [];
      for (let i = 0; i < 5 * EXPORT_SECONDS; i++) {
        const line = lines[(second * 5 + i) % lines.length]!;
        bytesIn += line.length;
        batch.push({ ...eventFromLine(line, { now }), time: `${now}000000` });
      }
      events += batch.length;
      const sent = sender.send(encodeRows(batch), Buffer.from(`second ${second}`), batch.length * 1000);
      await Promise.all([sent, server.gateway()!.flush()]);
      if (second === seconds / 2) {
        await server.close();
        server = await openServer({ directory: server.layout.root, now: clock });
        sender = await localSender(server, tokens.ingest);
      }
      if (second === seconds * 0.75) await changeEpoch();
      if (second % 600 === 0) most = Math.max(most, (await server.stores.log.stats()).segments);
    }
    await server.close();
    const { user, system } = process.cpuUsage(before);
    server = await openServer({ directory: server.layout.root, now: clock });
    await server.stores.log.purge();
    const { segments, bytes } = await server.stores.log.stats();
    const exports = seconds / EXPORT_SECONDS;
    return { events, bytesIn, segments, stored: bytes, most, cpuEach: (user + system) / 1e6 / exports };
  },
  async () => ({ search: await searchSeconds() }),
);
await server.close();
