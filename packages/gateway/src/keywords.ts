import { bitsOf, type Keyword, RUN_BITS } from '@tacet/detect';
import type { KernelExports } from './kernel.ts';

const KEYWORD = 64;
const KINDS = { run: 1, assignment: 2, credentials: 3 } as const;
const ANCHOR = 4;
const ENDS = 0xffff;
/** Letters of English and of JSON's names, the most frequent first: an anchor is made of others. */
const FREQUENT = 'etaoinsrhldcumfpgwybvkxjqz_"0123456789-';

/** Writes detection's keywords into the kernel's memory; see assembly/keywords.ts for the layout. */
export function loadKeywords(kernel: KernelExports, memory: Buffer, keywords: readonly Keyword[]): void {
  const at = (global: WebAssembly.Global) => global.value as number;
  const [bits, pairs, bitmap, buckets, hits] = [
    kernel.atBits,
    kernel.atPairs,
    kernel.atBitmap,
    kernel.atBuckets,
    kernel.atHits,
  ].map(at) as [number, number, number, number, number];
  for (let byte = 0; byte < 256; byte++) memory.writeUInt16LE(byte < 128 ? bitsOf(byte) : 0, bits + byte * 2);
  memory.fill(0, pairs, pairs + (1 << 13));
  memory.fill(0, bitmap, bitmap + (1 << 15));

  const two: number[] = [];
  const lists = new Map<number, Set<number>>();
  for (const [number, keyword] of keywords.entries()) {
    const anchor = keyword.text.length < ANCHOR ? 0 : rarest(keyword);
    writeKeyword(memory.subarray(at(kernel.atKeywords) + number * KEYWORD), keyword, anchor);
    const spelled = spellings(
      keyword.exact ?? keyword.text.slice(anchor, anchor + ANCHOR),
      keyword.exact !== undefined,
      anchor,
    );
    if (keyword.text.length === 2) {
      two.push(number);
      for (const [first, second] of spelled) setBit(memory, pairs, first! | (second! << 8));
      continue;
    }
    for (const bytes of keyword.text.length === 3 ? followed(spelled, keyword) : spelled) {
      const hash = Math.imul(Buffer.from(bytes).readUInt32LE(), 0x9e3779b1) >>> 14;
      setBit(memory, bitmap, hash);
      const list = lists.get(hash >>> 2) ?? new Set();
      lists.set(hash >>> 2, list.add(number));
    }
  }

  let hit = 0;
  const put = (numbers: Iterable<number>) => {
    const first = hit;
    for (const number of [...numbers, ENDS]) memory.writeUInt16LE(number, hits + 2 * hit++);
    return first;
  };
  put(two);
  const none = put([]);
  for (let bucket = 0; bucket < 1 << 16; bucket++) memory.writeUInt16LE(none, buckets + bucket * 2);
  for (const [bucket, numbers] of lists) memory.writeUInt16LE(put(numbers), buckets + bucket * 2);
  if (hit > ENDS) throw new RangeError('too many keywords for the kernel');
}

function setBit(memory: Buffer, at: number, bit: number): void {
  memory[at + (bit >> 3)]! |= 1 << (bit & 7);
}

/** Where the four characters begin that ordinary text is least likely to hold. */
function rarest({ text, exact }: Keyword): number {
  const weight = (char: string) => {
    const place = FREQUENT.indexOf(char);
    return place < 0 ? FREQUENT.length : place;
  };
  let best = 0;
  let most = -1;
  for (let at = 0; at + ANCHOR <= text.length; at++) {
    const sum = [...(exact ?? text).slice(at, at + ANCHOR)].reduce((total, char) => total + weight(char), 0);
    if (sum > most) [best, most] = [at, sum];
  }
  return best;
}

/** The bytes of an anchor: as they are, or in either case of each letter. */
function spellings(text: string, exact: boolean, anchor: number): number[][] {
  if (exact) return [[...text.slice(anchor, anchor + ANCHOR)].map((char) => char.charCodeAt(0))];
  let all: number[][] = [[]];
  for (const char of text) {
    const cases = [...new Set([char, char.toUpperCase()])];
    all = all.flatMap((bytes) => cases.map((one) => [...bytes, one.charCodeAt(0)]));
  }
  return all;
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

/** Keywords of three characters with every fourth that their condition lets follow. */
function followed(spelled: number[][], keyword: Keyword): number[][] {
  const following = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => mayFollow(keyword, byte));
  return spelled.flatMap((bytes) => following.map((byte) => [...bytes, byte]));
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
