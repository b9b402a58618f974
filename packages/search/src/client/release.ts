import { TacetError } from '@tacet/records';
import { decodeClear, equalBytes, type OpenedSegment, parseHeader, toHex } from '@tacet/seal';
import type { WireSegment } from '../wire/segments.ts';
import type { Candidate } from './candidates.ts';
import type { Ground } from './ground.ts';

/** What was taken from a verified segment, or the error that kept all of it back. */
export type Outcome<T> = { taken: T } | { failed: TacetError };

/** What is done with each released segment. */
export interface Opening<T> {
  /** Throws when the segment must not be shown, before it is opened. */
  require: (segment: WireSegment) => void;
  /** Picks what is wanted. */
  take: (opened: OpenedSegment) => T;
}

/** Segments verified and decompressed at once. */
const CONCURRENCY = 4;

/**
 * Opens released segments as they come; `take` picks what is wanted, so that the plain text of a whole
 * batch is not held. Gives an outcome for every candidate, in their order. Candidates that did not come
 * give SHARE_MISSING: they were replaced or erased since the match. Throws when the stream itself fails.
 */
export async function openReleased<T>(
  stream: AsyncIterable<WireSegment>,
  batch: readonly Candidate[],
  ground: Ground,
  { require, take }: Opening<T>,
): Promise<[Candidate, Outcome<T>][]> {
  const asked = new Map(batch.map((candidate) => [candidate.name, candidate]));
  const outcomes = new Map<Candidate, Promise<Outcome<T>>>();
  const running = new Set<Promise<unknown>>();
  for await (const segment of stream) {
    const candidate = asked.get(toHex(segment.id));
    if (!candidate || outcomes.has(candidate))
      throw new TacetError('RESULT_INCOMPLETE', 'the server released a segment that was not asked for');
    const work = open(segment, candidate, ground, { require, take });
    outcomes.set(candidate, work);
    const done: Promise<unknown> = work.catch(() => {}).then(() => running.delete(done));
    running.add(done);
    if (running.size >= CONCURRENCY) await Promise.race(running);
  }
  const missing = new TacetError(
    'SHARE_MISSING',
    'the segment was replaced or erased meanwhile: search again',
  );
  return Promise.all(
    batch.map(
      async (candidate) => [candidate, (await outcomes.get(candidate)) ?? { failed: missing }] as const,
    ),
  ) as Promise<[Candidate, Outcome<T>][]>;
}

async function open<T>(
  segment: WireSegment,
  candidate: Candidate,
  ground: Ground,
  { require, take }: Opening<T>,
): Promise<Outcome<T>> {
  let opened: OpenedSegment;
  try {
    require(segment);
    opened = await verified(segment, candidate, ground);
  } catch (error) {
    if (!(error instanceof TacetError)) throw error;
    return { failed: error };
  }
  return { taken: take(opened) };
}

/** Every check of seal, and that the server described the segment as its writer did. */
async function verified(segment: WireSegment, candidate: Candidate, ground: Ground): Promise<OpenedSegment> {
  const place = ground.period(candidate.periodNo);
  const session = place && (await ground.session(place.session));
  if (!session) throw new TacetError('MATCH_MISMATCH', 'the segment is of no session that can be opened');
  if (toHex(parseHeader(segment.header).session) !== place.session)
    throw new TacetError('MATCH_MISMATCH', 'the segment is of another session than the server said');
  const opened = await session.open({ ...segment, clear: decodeClear(segment.clear) });
  const { header } = opened;
  const same =
    equalBytes(opened.id, candidate.id) &&
    header.period === place.period &&
    header.number === candidate.number &&
    header.count === candidate.count &&
    header.timeMin === candidate.timeMin &&
    header.timeMax === candidate.timeMax;
  // The order of results hangs on these.
  if (!same)
    throw new TacetError('MATCH_MISMATCH', 'the server described the segment otherwise than its writer');
  return opened;
}
