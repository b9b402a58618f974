// One linear memory of 8 MiB, laid out by hand. Sizes in bytes.

/** What a line's values are: u32 class, u32 start, u32 end, u32 whether it has spaces to leave out. */
export const LEAVES: usize = 0x10000;
export const LEAF: usize = 16;
export const LEAVES_MAX: u32 = 128;
/** Decimal nanoseconds of the line's time, written by JavaScript. */
export const TIME: usize = 0x10800;
/** Decimal nanoseconds from its time to its end, likewise. */
export const DURATION: usize = 0x10880;
/** Hashes of the names of the objects that are open, u64 each. */
export const NAMES: usize = 0x11000;
export const NAMES_MAX: u32 = 512;

/** Hashes of the names whose objects are looked into, u64 each. */
export const OPENED: usize = 0x12000;
export const OPENED_MAX: u32 = 64;

/** What is known of a shape: u64 hash, u32 address of what was learned or SLOW; 0 ends a search. */
export const FAMILIES: usize = 0x20000;
export const VARIANTS: usize = 0x30000;
export const KNOWN: usize = 16;
export const KNOWN_SLOTS: u32 = 4096;
/** Learned lists and plans, written by JavaScript. */
export const LEARNED: usize = 0x40000;
export const LEARNED_END: usize = 0x100000;

/** The line, at most 1 MiB, and 64 zeros behind it. */
export const LINE: usize = 0x100000;
export const LINE_MAX: usize = 0x100000;
/** The row. */
export const ROW: usize = 0x300000;
export const ROW_END: usize = 0x700000;
