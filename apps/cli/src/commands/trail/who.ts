import { checkPurpose } from '@tacet/access';
import { httpSearchServer, search } from '@tacet/search/client';
import { parseQuery, type Query } from '@tacet/search/query';
import { segmentIdsOf } from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { findIdentity, profileEntry } from '../../profile/locate.ts';
import { pinned } from '../../profile/pin.ts';
import { progressBar } from '../../terminal/progress.ts';
import { countText, harmless, painter } from '../../terminal/text.ts';
import { type NumberedEntry, readEntries } from '../../trailing/entries.ts';
import { findTrail, type TrailPlace, trailKeyOf } from '../../trailing/place.ts';
import { auditor } from '../../trailing/store.ts';
import { readTexts } from '../../trailing/texts.ts';

export interface WhoOptions extends TrailPlace {
  purpose?: string;
  texts?: boolean;
  json?: boolean;
}

/** A release of segments that hold, or held, rows of the subject. */
interface Reading extends NumberedEntry {
  /** Of the subject's segments as they are now, and of older ones that were sealed again into them. */
  segments: number;
  older: number;
}

/** `tacet trail who QUERY`: finds a subject's segments and every release of them. */
export async function who(text: string, options: WhoOptions, io: Io): Promise<number> {
  const purpose = checkPurpose(options.purpose);
  const query = subjectOf(text);
  const found = await findSegments(query, purpose, options, io);
  const readings = await findReadings(found.segments, found.search, options, io);
  const texts = options.texts ? await readTexts(options, readings, io) : undefined;
  const paint = painter(io.stdout, io.env);
  for (const reading of readings) {
    const said = texts?.get(reading.index);
    const { index, entry, segments, older } = reading;
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ index, time: entry.time, actor: entry.actor, segments, older, ...(said && { texts: said }) })}\n`
        : `${[
            paint('dim', String(index).padStart(6)),
            paint('dim', entry.time),
            paint('cyan', harmless(entry.actor)),
            `${countText(segments + older, 'segment')}${older > 0 ? `, ${older} of them before they were sealed again` : ''}`,
            ...(said?.purpose === undefined ? [] : [harmless(said.purpose)]),
          ].join('  ')}\n`,
    );
  }
  if (!options.json)
    io.stderr.write(
      `tacet: ${countText(found.rows, 'event')} in ${countText(found.segments.size, 'segment')}; released ${countText(readings.length, 'time')} before this search\n`,
    );
  return found.complete ? STATUS.done : STATUS.problem;
}

/** `user.id=u-42`, the value as it is; anything else is a query. Throws QUERY_*. */
function subjectOf(text: string): Query {
  const [, field, value] = /^([\w.]+)=(.+)$/s.exec(text) ?? [];
  return field === undefined || value === undefined ? parseQuery(text) : { type: 'is', field, value };
}

/** The segments with rows that match: a search like any other, on record with its purpose. */
async function findSegments(query: Query, purpose: string, options: WhoOptions, io: Io) {
  const { connection, token } = await auditor(options, io);
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    const identity = pinned(await findIdentity(options, io, entry), token);
    const server = httpSearchServer({ url: connection.base, token, fetch: connection.send });
    const trailKey = await trailKeyOf(options, entry?.trailKey);
    const bar = await progressBar(io.stderr, 'searching', 0, (segments) => `${segments} segments opened`);
    const run = search({
      server,
      identity,
      query,
      purpose,
      trailKey,
      limit: Number.POSITIVE_INFINITY,
      signal: io.stop,
      onProgress: ({ opened }) => bar.update(opened),
      onProblem: ({ code, message }) => io.stderr.write(`tacet: ${code}: ${harmless(message)}\n`),
    });
    const segments = new Set<string>();
    let rows = 0;
    for await (const { segment } of run) {
      segments.add(segment);
      rows++;
    }
    bar.stop();
    return { segments, rows, search: run.summary.search, complete: run.summary.complete };
  } finally {
    await connection.close();
  }
}

/** Releases of these segments, and of those that were sealed again into them; not those of `own` search. */
async function findReadings(
  current: ReadonlySet<string>,
  own: string,
  options: WhoOptions,
  io: Io,
): Promise<Reading[]> {
  const { source } = await findTrail(options, io);
  const releases: NumberedEntry[] = [];
  const replaced = new Map<string, string[]>();
  for await (const each of readEntries(source)) {
    const { kind, facts } = each.entry;
    if (kind === 'release' && facts.search !== own) releases.push(each);
    if (kind === 'superseded' && typeof facts.by === 'string')
      replaced.set(facts.by, [...(replaced.get(facts.by) ?? []), ...segmentIdsOf(each.entry)]);
  }
  const older = new Set<string>();
  const left = [...current];
  for (let id = left.pop(); id !== undefined; id = left.pop())
    for (const before of replaced.get(id) ?? []) {
      if (older.has(before)) continue;
      older.add(before);
      left.push(before);
    }
  return releases.flatMap((each) => {
    const ids = segmentIdsOf(each.entry);
    const segments = ids.filter((id) => current.has(id)).length;
    const before = ids.filter((id) => older.has(id)).length;
    return segments + before > 0 ? [{ ...each, segments, older: before }] : [];
  });
}
