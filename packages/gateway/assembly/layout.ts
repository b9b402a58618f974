// One linear memory of 64 MiB, laid out by hand: no allocator, nothing that grows.
// Sizes in bytes. JavaScript learns the addresses through the exports of index.ts.

/** Scratch for one word, one decoded value, one path, SHA-256 schedules. */
export const WORD: usize = 0x10000;
export const VALUE: usize = 0x10100;
export const PATH: usize = 0x10400;
export const SCHEDULE: usize = 0x11000; // 64 × v128
export const SHA_BLOCK: usize = 0x11800; // one padded message, scalar
export const INNER: usize = 0x11c00; // midstates of the HMAC key: 8 × u32 each
export const OUTER: usize = 0x11c20;
export const KEY_BLOCK: usize = 0x11c40;
export const LANES: usize = 0x11d00; // four message blocks, one after another
export const ID: usize = 0x11e00; // segment id, 16 bytes
export const SIP: usize = 0x11e40; // states of four SipHashes: 2 × 4 × v128
export const SIP_ID: usize = 0x11ec0; // the same behind the segment's id
export const HASHES: usize = 0x11f40; // four hashes, u64 each
export const EXCHANGE: usize = 0x12000; // field and token handed over by JavaScript, 8 KiB
export const SLOW: usize = 0x14000; // strings left to JavaScript: (start, end, path length, path[128])
export const SLOW_ENTRY: usize = 140;
export const SLOW_MAX: u32 = 1024;
export const LIST: usize = 0x41000; // token numbers of the segment, u32 each
export const LIST_MAX: u32 = 0x10000;
export const TEXTS: usize = 0x81000; // texts of clear columns: (u32 length, u32 address, u32 number + 1)
export const TEXT_SLOTS: u32 = 2048;
export const FACTS: usize = 0x89000; // of one row: 4 × f64, 7 × u32
export const TEXT_PLACES: usize = 0x8a000; // (u32 address, u32 length) by number
export const STACK: usize = 0x8c000; // 256 containers × (u32 length of their path, u32 is-object, u64 hash of their path)
export const OPEN: usize = 16;

/** Keywords, filled by JavaScript. */
export const BITS: usize = 0x90000; // byte → character classes, u16
export const PAIRS: usize = 0x91000; // four tables of 16 bytes: which keywords of two bytes a nibble belongs to
export const PAIR_LIST: usize = 0x91100; // their numbers, u16, 0xffff ends
export const ANCHORS: usize = 0x92000; // hash of three bytes, 13 bits → u32: bits by the fourth byte
export const RANKS: usize = 0x9a000; // the same → how many bits are set before, u16
export const LISTS: usize = 0xa0000; // rank of a bit → its first hit, u16
export const KEYWORDS: usize = 0x100000; // conditions, 64 bytes each
export const KEYWORD: usize = 64;
export const KEYWORDS_MAX: u32 = 0x8000;
export const FOUND: usize = 0x4c0000; // what was found: (u32 address, u32 keyword)
export const FOUND_MAX: u32 = 0x8000;
export const HITS: usize = 0x500000; // keywords by anchor, 16 bytes each, see keywords.ts
export const HIT: usize = 16;
export const HITS_MAX: u32 = 0xffff;
export const SEEN: usize = 0x400000; // hashes of tokens of the segment, u64 each
export const SEEN_COUNT: usize = 1 << 14;
export const FILTER: usize = 0x420000; // at most 16 blocks of 13 slices of 200 bytes
export const PENDING: usize = 0x480000; // words of the row not yet looked up: (u64 hash, u32 address, u32 length)
export const PENDING_MAX: u32 = 4096;
export const UNSEEN: usize = 0x490000; // those of them that are not in SEEN, u32 each
export const TEXT_ARENA: usize = 0x300000;
export const TEXT_ARENA_END: usize = 0x400000;

/** Rows of the segment being built, and room for the row being looked at. */
export const ROWS: usize = 0x600000;
export const ROWS_SIZE: usize = 0x800000;

/** Tokens of the period: hash slots, entries, bytes. */
export const SLOTS: usize = 0xe00000; // 2^18 × 16: hash, entry, stamp
export const SLOT_COUNT: u32 = 1 << 18;
export const SLOT: usize = 16;
export const ENTRIES: usize = 0x1600000; // 2^17 × 32: bytes, lengths, slot, ready, trapdoor
export const ENTRY: usize = 32;
export const ENTRY_MAX: u32 = 1 << 17;
export const ARENA: usize = 0x1e00000; // to the end: 34 MiB
export const ARENA_END: usize = 0x4000000;
