// The hot loop of the gateway: everything that touches each byte of a row. JavaScript keeps the
// rows, the order and every decision; see ../src/kernel.ts for how the two share memory.
import {
  ARENA, CLASSES, ACCEPT, RULES, GOTO, ROWS, ROWS_SIZE, KEY_BLOCK, ID, EXCHANGE, FILTER, SLOW,
} from './layout';
import { addToken } from './tokens';

export { mayHold, setColumns } from './automaton';
export { fillFilter } from './filter';
export { beginSegment, clearTokens, nearlyFull, overflowed, rollBack, tokenCount } from './tokens';
export { computeTrapdoors, forgetKey, setKey } from './trapdoor';
export { walkRow } from './walk';

/** Adds a token handed over at EXCHANGE: field bytes, then token bytes. */
export function addExchanged(fieldLength: u32, tokenLength: u32): void {
  addToken(EXCHANGE, fieldLength, EXCHANGE + fieldLength, tokenLength);
}

/** Copies the trapdoors of the listed tokens, 16 bytes each, to EXCHANGE in batches. */
export { copyTrapdoors } from './tokens';

export const atRows: usize = ROWS;
export const rowsSize: usize = ROWS_SIZE;
export const atKey: usize = KEY_BLOCK;
export const atId: usize = ID;
export const atExchange: usize = EXCHANGE;
export const atFilter: usize = FILTER;
export const atSlow: usize = SLOW;
export const atClasses: usize = CLASSES;
export const atAccept: usize = ACCEPT;
export const atRules: usize = RULES;
export const atGoto: usize = GOTO;
export const atTable: usize = ARENA;
