/** Events through the server's own way in, in this process, as `tacet import --dir` does; then searches. */
import { readEvents } from '@tacet/receive';
import { httpSearchServer, search } from '@tacet/search/client';
import { options, report } from '../child.ts';
import { openForBench } from '../server.ts';

const { file, warm, directory, words } = options<{
  file: string;
  warm: string;
  directory: string;
  words: string[];
}>();
const { server, sender, identity, tokens } = await openForBench(directory);
/** Bytes of source on the way at once: what `tacet import` allows itself. */
const AHEAD = 64_000_000;

const importFile = async (path: string) => {
  let total = 0;
  let events = 0;
  let ahead = 0;
  const running = new Set<Promise<unknown>>();
  for await (const { rows, bytes } of readEvents({ path }, 'jsonl')) {
    events += rows.ends.length;
    ahead += bytes;
    const sent = sender.send(rows, Buffer.from(`${path} ${total}`), bytes).finally(() => {
      ahead -= bytes;
      running.delete(sent);
    });
    total += bytes;
    running.add(sent);
    while (ahead > AHEAD) await Promise.race(running);
  }
  await Promise.all(running);
  return { events, bytesIn: total };
};

/** Seconds until the newest 100 matches are there, and how many rows there were. */
async function timed(query: string, limit: number): Promise<{ seconds: number; rows: number }> {
  const started = performance.now();
  const fetch = async (request: Request) => server.app.fetch(request);
  const remote = httpSearchServer({ url: 'http://localhost', token: tokens.reader, fetch });
  let rows = 0;
  for await (const _ of search({ server: remote, identity, query, limit, purpose: 'benchmark' })) rows++;
  return { seconds: (performance.now() - started) / 1000, rows };
}

await importFile(warm);
await report(
  () => importFile(file),
  async () => {
    const { events, bytes } = await server.stores.log.stats();
    const searches = [];
    for (const word of words) searches.push(await timed(word, 100));
    return { searches, opened: await timed('kind:log', 1000), storedEach: bytes / events };
  },
);
await server.close();
