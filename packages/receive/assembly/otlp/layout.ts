// One linear memory of 8 MiB for records of OTLP, laid out by hand. Sizes in bytes. Names of the JSON inside a
// text stand where ../layout.ts has them; what is here comes behind, each where the one before it ends.
import { NAMES, NAMES_MAX } from '../layout';

/**
 * What an event's fields become, in their order: u32 form, u32 number of the attribute that gives it or 0, and u32 start
 * and u32 end of the value, or the u64 that it is.
 */
export const FIELDS: usize = NAMES + <usize>NAMES_MAX * 8;
export const FIELD: usize = 16;
export const FIELDS_MAX: u32 = 24;
/** Attributes that may become fields: u32 form, u32 slot of the name, value as above, u32 start and u32 end of the AnyValue. */
export const CANDIDATES: usize = FIELDS + <usize>FIELDS_MAX * FIELD;
export const CANDIDATE: usize = 24;
export const CANDIDATES_MAX: u32 = 64;
/** Attributes that stay such, events and links: u32 slot of the name, u32 start, u32 end. */
export const LISTED: usize = CANDIDATES + <usize>CANDIDATES_MAX * CANDIDATE;
export const ITEM: usize = 12;
export const LISTED_MAX: u32 = 192;
/** Slots of the names of the objects that are open, u32 each. */
export const OPEN: usize = LISTED + <usize>LISTED_MAX * ITEM;
export const OPEN_MAX: u32 = 512;
/** The texts that rows are made of, written by JavaScript: u8 length and text. */
export const WORDS: usize = OPEN + <usize>OPEN_MAX * 4;
export const WORD: usize = 48;
const WORDS_MAX: u32 = 64;
/** Decimal digits, from the last to the first; they end here, and copies read 15 bytes further. */
export const DIGITS: usize = WORDS + <usize>WORDS_MAX * WORD + 32;

/** Names seen before: u64 hash, u32 address of what was learned, u32 number of the record that had it last. */
export const KNOWN: usize = 0x20000;
export const SLOT: usize = 16;
export const SLOTS: u32 = 4096;
/** What was learned of a name, written by JavaScript: u32 traits, u32 rank, u32 length, and `"name":`. */
export const LEARNED: usize = KNOWN + <usize>SLOTS * SLOT;
export const LEARNED_END: usize = 0x80000;

/** What all records of a scope share: the service, and behind the attributes resource and scope. */
export const SERVICE: usize = 0x80000;
export const SERVICE_MAX: usize = 0x8000;
export const TAIL: usize = 0x90000;
export const TAIL_MAX: usize = 0x40000;

/** The record, and 64 zeros behind it. */
export const RECORD: usize = 0x100000;
export const RECORD_MAX: usize = 0x80000;
/** The row: no byte of a record becomes more than six. */
export const ROW: usize = 0x200000;
