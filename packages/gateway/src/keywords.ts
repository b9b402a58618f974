import { bitsOf, type Keyword, RUN_BITS, TYPICAL, tooManyKeywords } from '@tacet/detect';
import type { KernelExports } from './kernel.ts';

const KEYWORD = 64;
const KINDS = { run: 1, assignment: 2, credentials: 3 } as const;
const HIT = 16;
const ENDS = 0xffff;
const FACTOR = 0x9e3779b1;
/** Words of the table of anchors, and bits of each. */
const WORDS = 1 << 13;
const BITS = 32;
const BUCKETS = 8;

/** What stands at an anchor's bit: the keyword, and where in it the anchor is. */
interface Hit {
  readonly number: number;
  readonly text: Buffer;
  readonly place: number;
}

type Pair = Pick<Keyword, 'text' | 'exact'> & { readonly number: number };

/**
 * Writes detection's keywords into the kernel's memory; see assembly/keywords.ts for the layout. Throws RULES_INVALID
 * when there is no room for them.
 */
export function loadKeywords(kernel: KernelExports, memory: Buffer, keywords: readonly Keyword[]): void {
  const at = (global: WebAssembly.Global) => global.value as number;
  if (keywords.length > at(kernel.keywordsMax)) throw tooManyKeywords();
  for (let byte = 0; byte < 256; byte++)
    memory.writeUInt16LE(byte < 128 ? bitsOf(byte) : 0, at(kernel.atBits) + byte * 2);
  /** By word of the table and bit in it. */
  const hits: (Hit[] | undefined)[] = new Array(WORDS * BITS);
  const pairs: Pair[] = [];
  const frequency = frequencies();
  for (const [number, keyword] of keywords.entries()) {
    writeKeyword(memory.subarray(at(kernel.atKeywords) + number * KEYWORD), keyword);
    const text = Buffer.from(keyword.text, 'latin1');
    if (text.length === 2) pairs.push({ ...keyword, number });
    else if (text.length === 3)
      for (const bit of bitsAfter(keyword))
        add(hits, (bitAt(text, 0) & -BITS) + bit, { number, text, place: 0 });
    else {
      const place = rarest(text, hits, frequency);
      add(hits, bitAt(text, place), { number, text, place });
    }
  }
  writePairs(memory, at(kernel.atPairs), at(kernel.atPairList), pairs);
  writeHits(kernel, memory, hits);
}

function add(hits: (Hit[] | undefined)[], bit: number, hit: Hit): void {
  const list = hits[bit];
  if (list) list.push(hit);
  else hits[bit] = [hit];
}

/** The table of bits, how many stand before each of its words, where the hits of each bit begin, and those. */
function writeHits(
  kernel: KernelExports,
  memory: Buffer,
  hits: readonly (readonly Hit[] | undefined)[],
): void {
  const at = (global: WebAssembly.Global) => global.value as number;
  let rank = 0;
  let written = 0;
  for (let word = 0; word < WORDS; word++) {
    memory.writeUInt16LE(rank, at(kernel.atRanks) + word * 2);
    let bits = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const list = hits[word * BITS + bit];
      if (!list) continue;
      bits |= 1 << bit;
      memory.writeUInt16LE(written, at(kernel.atLists) + rank++ * 2);
      if (written + list.length > at(kernel.hitsMax)) throw tooManyKeywords();
      for (const [index, hit] of list.entries())
        writeHit(memory, at(kernel.atHits) + written++ * HIT, hit, index === list.length - 1);
    }
    memory.writeInt32LE(bits, at(kernel.atAnchors) + word * 4);
  }
}

function writeHit(memory: Buffer, at: number, { number, text, place }: Hit, last: boolean): void {
  const length = Math.min(4, text.length);
  memory.writeUInt32LE(folded(text, place, length), at);
  memory.writeUInt32LE(length === 3 ? 0x00ffffff : 0xffffffff, at + 4);
  memory.writeUInt16LE(number, at + 8);
  memory[at + 10] = place;
  memory[at + 11] = last ? 1 : 0;
  // The end that is farther from the anchor tells most.
  const beside = text.length - place - length >= place ? text.length - 2 : 0;
  memory.writeUInt16LE(text.readUInt16LE(beside) | 0x2020, at + 12);
  memory.writeInt8(beside - place, at + 14);
}

/** Keywords of two bytes: for each value of each of their nibbles, in which buckets it may be. */
function writePairs(memory: Buffer, tables: number, list: number, pairs: readonly Pair[]): void {
  if (pairs.length > 255) throw tooManyKeywords();
  memory.fill(0, tables, tables + 64);
  // Those that share a byte share a bucket: nibbles of unlike ones would let through what none of them is.
  const buckets = new Map<number, number>();
  for (const [index, { text, exact, number }] of pairs.entries()) {
    const [first, second] = [...Buffer.from(exact ?? text, 'latin1')] as [number, number];
    const bucket = buckets.get(first) ?? buckets.get(second << 8) ?? new Set(buckets.values()).size % BUCKETS;
    buckets.set(first, bucket).set(second << 8, bucket);
    for (const [which, byte] of [first, second].entries()) {
      for (const either of exact || !isLower(byte) ? [byte] : [byte, byte & ~0x20]) {
        memory[tables + which * 32 + (either & 15)]! |= 1 << bucket;
        memory[tables + which * 32 + 16 + (either >> 4)]! |= 1 << bucket;
      }
    }
    memory.writeUInt16LE(number, list + index * 2);
  }
  memory.writeUInt16LE(ENDS, list + pairs.length * 2);
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

/** The bytes of an anchor as a number; letters in either case are one. */
function folded(text: Buffer, place: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = (value << 8) | text[place + i]! | 0x20;
  return value >>> 0;
}

/** The bit of the four bytes at `place`: the kernel's. Of three bytes, the first of their word. */
function bitAt(text: Buffer, place: number): number {
  const three = folded(text, place, 3);
  const word = Math.imul(three << 8, FACTOR) >>> 19;
  return word * BITS + (((text[place + 3] ?? 0) | 0x20) & (BITS - 1)) * (place + 3 < text.length ? 1 : 0);
}

/** How often a text of the usual kind has each bit. */
function frequencies(): Uint16Array {
  const text = Buffer.from(TYPICAL);
  const counts = new Uint16Array(WORDS * BITS);
  for (let at = 0; at + 4 <= text.length; at++) counts[bitAt(text, at)]!++;
  return counts;
}

/** Where the anchor of a keyword begins: one that ordinary text is least likely to hold, then one in use already. */
function rarest(text: Buffer, hits: readonly (readonly Hit[] | undefined)[], frequency: Uint16Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 4 <= text.length; at++) {
    const bit = bitAt(text, at);
    const cost = frequency[bit]! * 2 + (hits[bit] ? 0 : 1);
    if (cost < least) [best, least] = [at, cost];
  }
  return best;
}

/** What may follow a name at once when an assignment does: signs, closers, escapes, U+FF1A and U+FF1D. */
const AFTER_NAME = new Set(Buffer.from(':=> \t\n\r"\'`]*\\%,\xef', 'latin1'));

/** Whether the keyword's condition lets the byte follow at once. */
function mayFollow({ next }: Keyword, byte: number): boolean {
  const is = (bits: number) => byte < 128 && (bitsOf(byte) & bits) !== 0;
  const char = String.fromCharCode(byte);
  if (next?.kind === 'run' && next.min > 0) {
    return is(RUN_BITS[next.class]) || char === '\\' || (next.class === 'base64' && char === '%');
  }
  if (next?.kind === 'assignment') return AFTER_NAME.has(byte) || (next.within > 0 && is(RUN_BITS.word));
  return true;
}

/** The bits of the bytes that may follow a keyword of three. */
function bitsAfter(keyword: Keyword): Set<number> {
  const bits = new Set<number>();
  for (let byte = 0; byte < 256; byte++) if (mayFollow(keyword, byte)) bits.add((byte | 0x20) & (BITS - 1));
  return bits;
}

function writeKeyword(to: Buffer, { text, exact, start, next }: Keyword): void {
  if (text.length < 2 || text.length > KEYWORD - 16) throw new RangeError('keywords have 2 to 48 characters');
  to.fill(0, 0, KEYWORD);
  to[0] = next ? KINDS[next.kind] : 0;
  to[1] = start ? 1 : 0;
  to[2] = text.length;
  to[3] = exact === undefined ? 0 : 1;
  if (next?.kind === 'run') {
    to.writeUInt16LE(RUN_BITS[next.class], 4);
    to.writeUInt16LE(next.min, 6);
  } else if (next?.kind === 'assignment') to.writeUInt16LE(next.within, 6);
  to.write(exact ?? text, 16, 'latin1');
}
