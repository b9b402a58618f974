/** Events through receiving and detection into plain columns: the twin of sealed-import. */
import { createDetector } from '@tacet/detect';
import { readEvents } from '@tacet/receive';
import type { Event } from '@tacet/records';
import { eventOf, rowAt } from '../../packages/gateway/src/row.ts';
import { RowBuilder } from '../../packages/gateway/src/rows.ts';
import { options, report } from '../child.ts';
import { PlainTable } from '../plain/table.ts';

const { file, warm, directory, textIndex, words } = options<{
  file: string;
  warm: string;
  directory: string;
  textIndex: boolean;
  words: string[];
}>();
/** Detection as the gateway does it. */
const builder = new RowBuilder(createDetector({ fingerprintKey: new Uint8Array(32) }), Math.random);
builder.begin(new Uint8Array(32));
const table = new PlainTable(directory, textIndex);
/** As many bytes an insert as the sealed path groups. */
const GROUP_BYTES = 32 << 20;

const importFile = async (path: string) => {
  let pending: Event[] = [];
  let bytes = 0;
  let total = 0;
  let events = 0;
  let inserting = Promise.resolve();
  const flush = async () => {
    const group = pending;
    pending = [];
    bytes = 0;
    await inserting;
    inserting = table.insert(group);
  };
  for await (const batch of readEvents({ path }, 'jsonl')) {
    const { rows } = batch;
    for (const row of builder.scrubAll(rows.ends.map((_, index) => rowAt(rows, index))))
      pending.push(eventOf(row));
    bytes += batch.bytes;
    total += batch.bytes;
    events += rows.ends.length;
    if (bytes >= GROUP_BYTES) await flush();
  }
  if (pending.length > 0) await flush();
  await inserting;
  return { events, bytesIn: total };
};

/** The newest 100 rows with the word: by the text index, or by LIKE where there is none. */
async function timed(word: string, limit: number): Promise<{ seconds: number; rows: number }> {
  const started = performance.now();
  const test = textIndex ? `hasToken(lower(text), '${word}')` : `lower(text) LIKE '%${word}%'`;
  const rows = await table.rows(`SELECT * FROM plain WHERE ${test} ORDER BY time DESC LIMIT ${limit}`);
  return { seconds: (performance.now() - started) / 1000, rows: rows.length };
}

await importFile(warm);
await report(
  () => importFile(file),
  async () => {
    const [size] = await table.rows(
      `SELECT sum(bytes_on_disk) / sum(rows) AS each FROM system.parts WHERE active AND table = 'plain'`,
    );
    const searches = [];
    for (const word of words) searches.push(await timed(word, 100));
    const started = performance.now();
    const rows = (await table.rows('SELECT * FROM plain ORDER BY time DESC LIMIT 1000')).length;
    const opened = { seconds: (performance.now() - started) / 1000, rows };
    return { searches, opened, storedEach: Number(size!.each) };
  },
);
table.close();
