import { type ClearColumns, codeOf, TacetError } from '@tacet/records';
import { buildFilter, type FilterBuilder, formsFor, TRAPDOOR_BYTES } from '../search/filter.ts';
import { type Codec, compareIds, MAX_ROWS, MAX_SUPERSEDES } from './header.ts';
import { MAX_ROWS_BYTES } from './padding.ts';
import type { SealedParts } from './seal.ts';

/** What a session seals. */
export interface SegmentInput {
  /** JSON texts joined by one `\n`; at most 16 MiB. */
  rows: Uint8Array;
  count: number;
  clear: ClearColumns;
  /** First and last second of the rows, floor, both included. */
  timeMin: number;
  timeMax: number;
  /** The server's part of the key: 32 random bytes, stored before the segment is. */
  share: Uint8Array;
  /** n·16 bytes, distinct, made with the index key of the current period. */
  trapdoors: Uint8Array;
  /** No filter: the segment is a candidate for every search. */
  unfiltered?: boolean;
  /** Ids of segments whose rows stand in this one too. */
  supersedes?: Uint8Array[];
  /** zstd where the runtime can compress, unless told. */
  codec?: Codec;
  /** Instead of the reference; it may know the trapdoors by itself. */
  buildFilter?: FilterBuilder;
  /** How many trapdoors `buildFilter` knows, when there are none in `trapdoors`. */
  tokens?: number;
  /** The period that `advance` gave with the index key; when given, another one is refused. */
  period?: number;
}

/** A sealed segment with what its header says, for those who store it. */
export interface SealedSegment extends SealedParts {
  id: Uint8Array;
  session: Uint8Array;
  epoch: number;
  period: number;
  number: number;
  count: number;
  timeMin: number;
  timeMax: number;
  supersedes: Uint8Array[];
}

/** @returns the ids superseded, ascending and distinct. @throws TacetError SEGMENT_MALFORMED. */
export function checkInput(input: SegmentInput): Uint8Array[] {
  const fail = (what: string): never => {
    throw new TacetError('SEGMENT_MALFORMED', `this cannot be sealed: ${what}`);
  };
  if (input.rows.length > MAX_ROWS_BYTES) fail('more than 16 MiB of rows');
  if (!(input.count >= 1 && input.count <= MAX_ROWS)) fail('the number of rows');
  if (input.clear.time.length !== input.count) fail('the clear columns have another number of rows');
  if (!(input.timeMin <= input.timeMax)) fail('the time range');
  if (input.share.length !== 32) fail('the share has not 32 bytes');
  if (input.trapdoors.length % TRAPDOOR_BYTES !== 0) fail('the trapdoors have not 16 bytes each');
  const supersedes = [...(input.supersedes ?? [])].sort(compareIds);
  if (supersedes.length > MAX_SUPERSEDES) fail('too many superseded segments');
  if (supersedes.some((id, i) => id.length !== 16 || (i > 0 && compareIds(supersedes[i - 1]!, id) === 0))) {
    fail('the superseded ids');
  }
  return supersedes;
}

/** The filter in the smallest class whose slices stay within one half. @throws TacetError FILTER_OVERFLOW. */
export function smallestFilter(
  { trapdoors, buildFilter: build = buildFilter, tokens = trapdoors.length / TRAPDOOR_BYTES }: SegmentInput,
  id: Uint8Array,
  indexKey: Uint8Array,
): Uint8Array {
  let overflow: unknown;
  for (const form of formsFor(tokens)) {
    try {
      return build(id, trapdoors, indexKey, form);
    } catch (error) {
      if (codeOf(error) !== 'FILTER_OVERFLOW') throw error;
      overflow = error;
    }
  }
  throw overflow;
}
