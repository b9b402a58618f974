import { createHmac } from 'node:crypto';

/** docs/format.md, section 6, written from that page. */

const MASK = (1n << 64n) - 1n;
const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & MASK;
const little = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** SipHash-2-4 from the paper. */
export function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  const [k0, k1] = [little(key.subarray(0, 8)), little(key.subarray(8, 16))];
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      v0 = (v0 + v1) & MASK;
      v2 = (v2 + v3) & MASK;
      v1 = rotate(v1, 13n) ^ v0;
      v3 = rotate(v3, 16n) ^ v2;
      v0 = rotate(v0, 32n);
      v2 = (v2 + v1) & MASK;
      v0 = (v0 + v3) & MASK;
      v1 = rotate(v1, 17n) ^ v2;
      v3 = rotate(v3, 21n) ^ v0;
      v2 = rotate(v2, 32n);
    }
  };
  const whole = message.length - (message.length % 8);
  for (let at = 0; at <= whole; at += 8) {
    const last = BigInt(message.length & 0xff) << 56n;
    const word = at < whole ? little(message.subarray(at, at + 8)) : last | little(message.subarray(at));
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xffn;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

export function trapdoorOf(indexKey: Uint8Array, field: string, token: string): Buffer {
  const part = (value: string) => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return createHmac('sha256', indexKey).update(part(field)).update(part(token)).digest().subarray(0, 16);
}

const laneOf = (hash: bigint, lane: number) => Number((hash >> BigInt(16 * lane)) & 0xffffn);

function place(id: Uint8Array, trapdoor: Uint8Array, slice: number, bits: number): number {
  const hash = sipHash(trapdoor, Buffer.concat([id, Buffer.of(slice >> 2)]));
  return Math.floor((laneOf(hash, slice & 3) * bits) / 65_536);
}

/** Lengths of the filters whose one block is all of them, and of those of sixteen. */
const ONE_BLOCK = [160, 320, 640, 1280, 2560].map((bytes) => 13 * bytes);
const SIXTEEN_BLOCKS = [88, 168, 200].map((bytes) => 16 * 13 * bytes);

export const isFilterLength = (length: number) => [0, ...ONE_BLOCK, ...SIXTEEN_BLOCKS].includes(length);

export function isCandidate(filter: Uint8Array, id: Uint8Array, trapdoor: Uint8Array): boolean {
  if (SIXTEEN_BLOCKS.includes(filter.length)) {
    const [size, block] = [filter.length / 16, trapdoor[0]! >> 4];
    return inBlock(filter.subarray(block * size, (block + 1) * size), id, trapdoor);
  }
  return filter.length === 0 || inBlock(filter, id, trapdoor);
}

function inBlock(block: Uint8Array, id: Uint8Array, trapdoor: Uint8Array): boolean {
  const bytes = block.length / 13;
  return Array.from({ length: 13 }, (_, slice) => slice).every((slice) => {
    const at = place(id, trapdoor, slice, bytes * 8);
    return ((block[slice * bytes + (at >> 3)]! >> (at & 7)) & 1) === 1;
  });
}

export function makeFilter(
  id: Uint8Array,
  trapdoors: Uint8Array[],
  indexKey: Uint8Array,
  { blocks, sliceBytes }: { blocks: number; sliceBytes: number },
): Buffer {
  const bits = sliceBytes * 8;
  const filler = createHmac('sha256', indexKey).update('tacet/v1/filler').update(id).digest().subarray(0, 16);
  const slices = Array.from({ length: 13 * blocks }, (_, number) => {
    const [block, slice] = [Math.floor(number / 13), number % 13];
    const here = trapdoors.filter((trapdoor) => blocks === 1 || trapdoor[0]! >> 4 === block);
    const set = new Set(here.map((trapdoor) => place(id, trapdoor, slice, bits)));
    const message = Buffer.alloc(8);
    message.writeUInt32LE(number, 4);
    for (let draw = 0; set.size < bits / 2; draw++) {
      message.writeUInt32LE(draw);
      const hash = sipHash(filler, message);
      for (let lane = 0; lane < 4 && set.size < bits / 2; lane++) {
        set.add(Math.floor((laneOf(hash, lane) * bits) / 65_536));
      }
    }
    const out = Buffer.alloc(sliceBytes);
    for (const at of set) out[at >> 3]! |= 1 << (at & 7);
    return out;
  });
  return Buffer.concat(slices);
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30FC]/u;
const WORD = /[\p{L}\p{N}\p{M}_]/u;
const folded = (value: string) => value.normalize('NFKC').toLowerCase();
const size = (value: string) => Buffer.byteLength(value);

export function words(value: string): string[] {
  const out: string[] = [];
  let run: string[] = [];
  let cjk = false;
  const close = () => {
    if (cjk) for (let i = 1; i < run.length; i++) out.push(run[i - 1]! + run[i]!);
    else if (run.length > 0) {
      let word = '';
      for (const char of run) {
        if (size(word + char) > 64) break;
        word += char;
      }
      out.push(word);
    }
    run = [];
  };
  for (const char of folded(value)) {
    if (!WORD.test(char)) {
      close();
      continue;
    }
    if (CJK.test(char) !== cjk) close();
    cjk = CJK.test(char);
    run.push(char);
  }
  close();
  return out;
}

/** Tokens as JSON texts `[field, token]`, sorted. */
export function tokensOf(event: Record<string, unknown>): string[] {
  const out = new Set<string>();
  const add = (path: string[], token: string) => {
    const field = path.join('.').replace(/^attributes\./, '');
    if (size(field) <= 128) out.add(JSON.stringify([field, token]));
  };
  const visit = (value: unknown, path: string[]): void => {
    if (typeof value === 'string') {
      for (const word of words(value)) out.add(JSON.stringify(['', word]));
      const whole = folded(value);
      const fits = value.length <= 256 && size(whole) >= 1 && size(whole) <= 64;
      if (fits && !/^[a-z0-9_]{16,}$/.test(whole)) add(path, whole);
    } else if (typeof value === 'number' || typeof value === 'boolean') {
      const skipped = ['duration_ns', 'input_tokens', 'output_tokens'].includes(path.join('\0'));
      if (!(skipped && typeof value === 'number')) add(path, folded(String(value)));
    } else if (Array.isArray(value)) {
      for (const one of value) visit(one, path);
    } else if (value !== null && typeof value === 'object') {
      for (const [key, one] of Object.entries(value)) visit(one, [...path, key]);
    }
  };
  for (const [name, value] of Object.entries(event)) {
    if (name === 'time') continue;
    if (name === 'secrets') for (const kind of Object.keys(value as object)) add(['secrets'], folded(kind));
    else visit(value, [name]);
  }
  return [...out].sort();
}
