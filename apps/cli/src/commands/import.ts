import { type FileFormat, readEvents } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import { layoutOf } from '@tacet/server/directory';
import { type Connection, connectDirectory, connectUrl } from '../connect.ts';
import { Pipeline } from '../importing/pipeline.ts';
import { httpSender, localSender, type Sender } from '../importing/sender.ts';
import { batchKey, type Source, sourcesOf } from '../importing/source.ts';
import { difference, storedNow } from '../importing/stored.ts';
import { Totals } from '../importing/totals.ts';
import { type Io, STATUS } from '../io.ts';
import { directoryOrUrl } from '../options.ts';
import { findToken, type Named, profileEntry } from '../profile/locate.ts';
import { bytesText, progressBar } from '../terminal/progress.ts';
import { countText } from '../terminal/text.ts';

export interface ImportOptions extends Pick<Named, 'tokenFile'> {
  dir?: string;
  to?: string;
  format: string;
  json?: boolean;
}

const FORMATS: ReadonlySet<string> = new Set(['auto', 'jsonl', 'otlp-json', 'csv', 'parquet']);
/** What may be on its way to the store at once: in this process, and over HTTP. */
const HERE = { count: 64, bytes: 64_000_000 };
const AWAY = { count: 4, bytes: 32_000_000 };
/** Compressed files hide how large their events are. */
const LEAST_EVENT_BYTES = 200;

/** `tacet import`: reads files and stores their events; exit status 1 when any was refused. */
export async function importFiles(names: string[], options: ImportOptions, io: Io): Promise<number> {
  if (!FORMATS.has(options.format))
    throw new TacetError('USAGE', `--format takes one of ${[...FORMATS].join(', ')}`);
  const where = directoryOrUrl(options);
  const sources = await sourcesOf(names, io);
  const started = performance.now();
  const connection = 'dir' in where ? await connectDirectory(where.dir, io) : connectUrl(where.to);
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    const token = await findToken('ingest', options, io.env, entry);
    const sender = connection.local
      ? await localSender(connection.local, token)
      : httpSender(connection, token, io.stop);
    const logs = 'dir' in where ? layoutOf(where.dir).logs : undefined;
    const before = await storedNow(connection, logs);
    const totals = new Totals(io, options.json === true);
    const bytesIn = await importAll(
      sources,
      options.format as FileFormat | 'auto',
      sender,
      totals,
      connection,
      io,
    );
    totals.finish();
    const stored = difference(before, await storedNow(connection, logs));
    report(totals, { bytesIn, ...stored, seconds: (performance.now() - started) / 1000 }, options, io);
    io.stop.throwIfAborted();
    return totals.refused > 0 ? STATUS.problem : STATUS.done;
  } finally {
    await connection.close();
  }
}

async function importAll(
  sources: readonly Source[],
  format: FileFormat | 'auto',
  sender: Sender,
  totals: Totals,
  connection: Connection,
  io: Io,
): Promise<number> {
  const size = sources.every((source) => source.size > 0)
    ? sources.reduce((sum, source) => sum + source.size, 0)
    : 0;
  const bar = await progressBar(io.stderr, 'importing', size, bytesText);
  const pipeline = new Pipeline(connection.local ? HERE : AWAY);
  let bytesIn = 0;
  try {
    for (const source of sources) {
      let index = 0;
      for await (const { rows, refused, bytes } of readEvents(source.source, format)) {
        bytesIn += bytes;
        for (const { code, line } of refused)
          totals.refuse({ file: source.name, code, ...(line !== undefined && { line }) });
        if (io.stop.aborted) break;
        const key = batchKey(source, index++, rows);
        const weight = Math.max(bytes, rows.ends.length * LEAST_EVENT_BYTES);
        if (rows.ends.length > 0)
          await pipeline.start(weight, async () => {
            totals.add(await sender.send(rows, key, weight));
            bar.update(bytesIn, `${totals.events} events`);
          });
      }
    }
    await pipeline.finish();
  } finally {
    bar.stop();
  }
  return bytesIn;
}

function report(
  totals: Totals,
  facts: { bytesIn: number; segments: number | null; bytes: number | null; seconds: number },
  options: { json?: boolean },
  io: Io,
): void {
  const { events, refused, secrets, resent } = totals;
  const found = Object.values(secrets).reduce((sum, count) => sum + count, 0);
  if (options.json) {
    const { segments, bytes, bytesIn, seconds } = facts;
    io.stdout.write(
      `${JSON.stringify({ events, refused, secrets: found, segments, bytes_in: bytesIn, bytes_stored: bytes, seconds: Number(seconds.toFixed(3)) })}\n`,
    );
    return;
  }
  const stored = facts.bytes === null ? '' : `, ${bytesText(facts.bytes)} stored`;
  const lost = refused > 0 ? `, ${refused} refused` : '';
  io.stdout.write(
    `${countText(events, 'event')} from ${bytesText(facts.bytesIn)}${lost}${stored} in ${facts.seconds.toFixed(1)} s\n`,
  );
  if (resent > 0) io.stdout.write(`${resent} of them were stored before and are not stored twice\n`);
  for (const [kind, count] of Object.entries(secrets).sort((a, b) => b[1] - a[1]))
    io.stdout.write(`  ${kind}: ${count} cut out\n`);
}
