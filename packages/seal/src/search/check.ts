import { type Event, TacetError } from '@tacet/records';
import { toHex } from '../encoding/bytes.ts';
import { tokensOfEvent } from '../tokens.ts';
import { filterMatches, formOf } from './filter.ts';
import { trapdoor } from './trapdoor.ts';

function ones(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let left = byte; left !== 0; left &= left - 1) count += 1;
  return count;
}

/**
 * Makes sure that a search could find the segment: every slice is exactly half full, and no token of its
 * rows is missing. Costs a MAC a token, 20–50 ms for a large segment, so opening does not do it unasked.
 * @param indexKey of the segment's period, 32 bytes.
 * @throws TacetError FILTER_MALFORMED, FILTER_MISMATCH.
 */
export function checkFilter(
  segment: { id: Uint8Array; events: readonly Event[] },
  filter: Uint8Array,
  indexKey: Uint8Array,
): void {
  const form = formOf(filter);
  if (!form) return;
  for (let at = 0; at < filter.length; at += form.sliceBytes) {
    if (ones(filter.subarray(at, at + form.sliceBytes)) !== form.sliceBytes * 4) {
      throw new TacetError('FILTER_MISMATCH', 'a slice of the filter is not exactly half full');
    }
  }
  const seen = new Set<string>();
  for (const event of segment.events) {
    tokensOfEvent(event, (field, token) => {
      const key = `${field.length}:${field}${token}`;
      if (seen.has(key)) return;
      seen.add(key);
      if (!filterMatches(filter, segment.id, trapdoor(indexKey, field, token))) {
        throw new TacetError(
          'FILTER_MISMATCH',
          `the filter of ${toHex(segment.id)} lacks a token of its rows`,
        );
      }
    });
  }
}
