/** Events through the server's own way in, in this process: what `tacet import --dir` does. */
import { options, report } from '../child.ts';
import { openForBench } from '../server.ts';
import { readEvents } from '@tacet/receive';

const { file, directory } = options<{ file: string; directory: string }>();
const { server, sender } = await openForBench(directory);

await report(async () => {
  let total = 0;
  let events = 0;
  let at = 0;
  const running = new Set<Promise<unknown>>();
  for await (const batch of readEvents({ path: file }, 'jsonl')) {
    total += batch.bytes;
    events += batch.events.length;
    const sent = sender.send(batch.events, Buffer.from(`bench ${at++}`), batch.bytes).finally(() => running.delete(sent));
    running.add(sent);
    if (running.size >= 48) await Promise.race(running);
  }
  await Promise.all(running);
  const { segments, bytes } = await server.stores.log.stats();
  return { events, bytesIn: total, segments, stored: bytes };
});
await server.close();
