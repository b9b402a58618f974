// The hot loop of the gateway: everything that touches each byte of a row. JavaScript keeps the
// rows, the order and every decision; see ../src/kernel.ts for how the two share memory.
import { BITS, BUCKETS, EXCHANGE, FACTS, FILTER, HITS, ID, KEY_BLOCK, KEYWORDS, LONG_BITS, ROWS, ROWS_SIZE, SHORT_BITS, SHORT_BUCKETS, SLOW, TEXT_PLACES } from './layout';
import { addOutside } from './walk';

export { clearTexts, readHead, textCount, textsFull } from './head';
export { mayHold } from './keywords';
export { fillFilter, fillSlices } from './filter';
export { beginSegment, clearTokens, copyTrapdoors, nearlyFull, overflowed, rollBack, tokenCount } from './tokens';
export { computeTrapdoors, forgetKey, setKey } from './trapdoor';
export { walkRow } from './walk';

/** Adds a token handed over at EXCHANGE: field bytes, then token bytes. */
export function addExchanged(fieldLength: u32, tokenLength: u32): void {
  addOutside(EXCHANGE, fieldLength, EXCHANGE + fieldLength, tokenLength);
}

export const atRows: usize = ROWS;
export const rowsSize: usize = ROWS_SIZE;
export const atKey: usize = KEY_BLOCK;
export const atId: usize = ID;
export const atExchange: usize = EXCHANGE;
export const atFilter: usize = FILTER;
export const atSlow: usize = SLOW;
export const atBits: usize = BITS;
export const atShortBits: usize = SHORT_BITS;
export const atLongBits: usize = LONG_BITS;
export const atBuckets: usize = BUCKETS;
export const atShortBuckets: usize = SHORT_BUCKETS;
export const atHits: usize = HITS;
export const atKeywords: usize = KEYWORDS;
export const atFacts: usize = FACTS;
export const atTextPlaces: usize = TEXT_PLACES;
