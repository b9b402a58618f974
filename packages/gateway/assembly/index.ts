// The hot loop of the gateway: everything that touches each byte of a row. JavaScript keeps the
// rows, the order and every decision; see ../src/kernel.ts for how the two share memory.
import { ANCHORS, BITS, EXCHANGE, FACTS, FILTER, FOUND, HITS, HITS_MAX, ID, KEY_BLOCK, KEYWORDS, KEYWORDS_MAX, LISTS, PAIR_LIST, PAIRS, RANKS, ROWS, ROWS_SIZE, SLOW, TEXT_PLACES } from './layout';
import { addOutside } from './walk';

export { clearTexts, readHead, textCount, textsFull } from './head';
export { findAll, foundCount, mayHold } from './keywords';
export { findStrings } from './suspects';
export { findTextual } from './textual';
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
export const atPairs: usize = PAIRS;
export const atPairList: usize = PAIR_LIST;
export const atAnchors: usize = ANCHORS;
export const atRanks: usize = RANKS;
export const atLists: usize = LISTS;
export const atHits: usize = HITS;
export const hitsMax: u32 = HITS_MAX;
export const atKeywords: usize = KEYWORDS;
export const keywordsMax: u32 = KEYWORDS_MAX;
export const atFound: usize = FOUND;
export const atFacts: usize = FACTS;
export const atTextPlaces: usize = TEXT_PLACES;
