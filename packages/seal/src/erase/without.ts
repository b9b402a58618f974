import { type ClearColumns, clearColumns, clearRow, type Event } from '@tacet/records';
import { trapdoor } from '../search/trapdoor.ts';
import type { SealedSegment } from '../segment/input.ts';
import type { OpenedSegment } from '../segment/open.ts';
import type { WriterSession } from '../session/writer-session.ts';
import { tokensOfEvent } from '../tokens.ts';

const NEWLINE = 0x0a;

/** Rows of an opened segment as they stand in it, byte for byte. */
function splitRows(rows: Uint8Array): Uint8Array[] {
  const split: Uint8Array[] = [];
  let start = 0;
  for (let at = rows.indexOf(NEWLINE); at >= 0; at = rows.indexOf(NEWLINE, start)) {
    split.push(rows.subarray(start, at));
    start = at + 1;
  }
  split.push(rows.subarray(start));
  return split;
}

function joinRows(rows: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(rows.reduce((sum, row) => sum + row.length + 1, -1));
  let at = 0;
  for (const [index, row] of rows.entries()) {
    if (index > 0) joined[at++] = NEWLINE;
    joined.set(row, at);
    at += row.length;
  }
  return joined;
}

/**
 * Seals the rows of a segment again without those that `goes` picks; the new one supersedes it. Rows and
 * clear columns that stay are the same, byte for byte. Undefined when no row stays, or none goes.
 *
 * @param session of a writer that may erase, in the segment's own epoch.
 * @param stored the segment's clear columns, and its filter: empty when it is always a candidate.
 * @param share 32 random bytes for the new segment.
 * @param now milliseconds since 1970.
 * @throws what `advance` and `seal` of the session throw.
 */
export async function sealWithout(
  session: WriterSession,
  opened: OpenedSegment,
  stored: { clear: ClearColumns; filter: Uint8Array },
  goes: (event: Event) => boolean,
  { share, now }: { share: Uint8Array; now: number },
): Promise<SealedSegment | undefined> {
  const kept = opened.events.map((event) => !goes(event));
  const stays = (_: unknown, index: number) => kept[index]!;
  const count = kept.filter(Boolean).length;
  if (count === 0 || count === kept.length) return undefined;
  const clear = clearColumns(kept.flatMap((stay, row) => (stay ? [clearRow(stored.clear, row)] : [])));
  const { period, indexKey } = session.advance(now);
  const unfiltered = stored.filter.length === 0;
  const trapdoors = unfiltered ? new Uint8Array(0) : trapdoorsOf(opened.events.filter(stays), indexKey);
  indexKey.fill(0);
  return session.seal({
    rows: joinRows(splitRows(opened.rows).filter(stays)),
    count,
    clear,
    timeMin: Math.min(...clear.time),
    timeMax: Math.max(...clear.time),
    share,
    trapdoors,
    unfiltered,
    supersedes: [opened.id],
    period,
  });
}

function trapdoorsOf(events: readonly Event[], indexKey: Uint8Array): Uint8Array {
  const found = new Map<string, Uint8Array>();
  for (const event of events) {
    tokensOfEvent(event, (field, token) => {
      const key = `${field.length}:${field}${token}`;
      if (!found.has(key)) found.set(key, trapdoor(indexKey, field, token));
    });
  }
  const all = new Uint8Array(found.size * 16);
  [...found.values()].forEach((one, at) => {
    all.set(one, at * 16);
  });
  return all;
}
