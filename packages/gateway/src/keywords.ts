import { bitsOf, type Keyword, RUN_BITS } from '@tacet/detect';
import type { KernelExports } from './kernel.ts';
import { TYPICAL } from './typical.ts';

const KEYWORD = 64;
const KINDS = { run: 1, assignment: 2, credentials: 3 } as const;
const ENDS = 0xffff;
const FOLD = 0x20202020;
const FACTOR = 0x9e3779b1;
/** Anchors of one length: where their bits and lists are, and how many bits of the hash tell a bit. */
interface Anchors {
  bytes: 3 | 4;
  bits: number;
  hashBits: number;
  buckets: number;
  lists: Map<number, Set<number>>;
}

/** Writes detection's keywords into the kernel's memory; see assembly/keywords.ts for the layout. */
export function loadKeywords(kernel: KernelExports, memory: Buffer, keywords: readonly Keyword[]): void {
  const at = (global: WebAssembly.Global) => global.value as number;
  for (let byte = 0; byte < 256; byte++)
    memory.writeUInt16LE(byte < 128 ? bitsOf(byte) : 0, at(kernel.atBits) + byte * 2);
  const short: Anchors = {
    bytes: 3,
    bits: at(kernel.atShortBits),
    hashBits: 16,
    buckets: at(kernel.atShortBuckets),
    lists: new Map(),
  };
  const long: Anchors = {
    bytes: 4,
    bits: at(kernel.atLongBits),
    hashBits: 17,
    buckets: at(kernel.atBuckets),
    lists: new Map(),
  };
  for (const { bits, hashBits } of [short, long]) memory.fill(0, bits, bits + 2 ** (hashBits - 3));
  const frequency = frequencies(long);

  for (const [number, keyword] of keywords.entries()) {
    const anchors = keyword.text.length < long.bytes ? short : long;
    const text = Buffer.from(keyword.text, 'latin1');
    const place = anchors === short ? 0 : rarest(text, memory, long, frequency);
    writeKeyword(memory.subarray(at(kernel.atKeywords) + number * KEYWORD), keyword, place);
    const anchor = text.subarray(place, place + anchors.bytes);
    for (const bytes of anchor.length < anchors.bytes ? followed(anchor, keyword) : [anchor])
      addAnchor(memory, anchors, bytes, number);
  }

  let hit = 0;
  const put = (numbers: Iterable<number>) => {
    const first = hit;
    for (const number of [...numbers, ENDS]) memory.writeUInt16LE(number, at(kernel.atHits) + 2 * hit++);
    return first;
  };
  const none = put([]);
  for (const { buckets, lists } of [short, long]) {
    for (let bucket = 0; bucket < 1 << 16; bucket++) memory.writeUInt16LE(none, buckets + bucket * 2);
    for (const [bucket, numbers] of lists) memory.writeUInt16LE(put(numbers), buckets + bucket * 2);
  }
  if (hit > ENDS) throw new RangeError('too many keywords for the kernel');
}

/** The kernel's hash of an anchor, 32 bits; letters in either case have one. */
function hashOf(bytes: Buffer): number {
  const padded = Buffer.alloc(4);
  bytes.copy(padded);
  const folded = padded.readUInt32LE() | FOLD;
  return Math.imul(bytes.length === 3 ? folded << 8 : folded, FACTOR) >>> 0;
}

function addAnchor(memory: Buffer, { bits, hashBits, lists }: Anchors, bytes: Buffer, keyword: number): void {
  const hash = hashOf(bytes);
  setBit(memory, bits, hash >>> (32 - hashBits));
  const list = lists.get(hash >>> 16) ?? new Set();
  lists.set(hash >>> 16, list.add(keyword));
}

function setBit(memory: Buffer, at: number, bit: number): void {
  memory[at + (bit >> 3)]! |= 1 << (bit & 7);
}

/** How often a text of the usual kind has each hash of an anchor, by the bits that tell it. */
function frequencies({ bytes, hashBits }: Anchors): Uint16Array {
  const text = Buffer.from(TYPICAL);
  const counts = new Uint16Array(2 ** hashBits);
  for (let at = 0; at + bytes <= text.length; at++)
    counts[hashOf(text.subarray(at, at + bytes)) >>> (32 - hashBits)]!++;
  return counts;
}

/** Where the anchor of a keyword begins: one that ordinary text is least likely to hold, then one in use already. */
function rarest(
  text: Buffer,
  memory: Buffer,
  { bytes, bits, hashBits }: Anchors,
  frequency: Uint16Array,
): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + bytes <= text.length; at++) {
    const hash = hashOf(text.subarray(at, at + bytes)) >>> (32 - hashBits);
    const used = (memory[bits + (hash >> 3)]! >> (hash & 7)) & 1;
    const cost = frequency[hash]! * 2 + (1 - used);
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

/** A keyword of two characters with every third that its condition lets follow. */
function followed(text: Buffer, keyword: Keyword): Buffer[] {
  return Array.from({ length: 256 }, (_, byte) => byte)
    .filter((byte) => mayFollow(keyword, byte))
    .map((byte) => Buffer.from([...text, byte]));
}

function writeKeyword(to: Buffer, { text, exact, start, next }: Keyword, anchor: number): void {
  if (text.length < 2 || text.length > KEYWORD - 16) throw new RangeError('keywords have 2 to 48 characters');
  to.fill(0, 0, KEYWORD);
  to[0] = next ? KINDS[next.kind] : 0;
  to[1] = start ? 1 : 0;
  to[2] = text.length;
  to[3] = exact === undefined ? 0 : 1;
  to[8] = anchor;
  if (next?.kind === 'run') {
    to.writeUInt16LE(RUN_BITS[next.class], 4);
    to.writeUInt16LE(next.min, 6);
  } else if (next?.kind === 'assignment') to.writeUInt16LE(next.within, 6);
  to.write(exact ?? text, 16, 'latin1');
}
