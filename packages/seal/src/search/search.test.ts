import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../encoding/bytes.ts';
import {
  buildFilter,
  FILTER_FORMS,
  type FilterForm,
  FULL_TOKENS,
  filterBytes,
  filterMatches,
  formOf,
  formsFor,
  MOST_TOKENS,
} from './filter.ts';
import { sipHash24 } from './siphash.ts';
import { trapdoor } from './trapdoor.ts';

const MASK = (1n << 64n) - 1n;
const rotl = (x: bigint, n: bigint) => ((x << n) | (x >> (64n - n))) & MASK;

/** SipHash-2-4 as the paper writes it, in BigInt. */
function slowSipHash(key: Uint8Array, message: Uint8Array): string {
  const le = (bytes: Uint8Array) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const [k0, k1] = [le(key.subarray(0, 8)), le(key.subarray(8))];
  let v = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = () => {
    let [v0, v1, v2, v3] = v as [bigint, bigint, bigint, bigint];
    v0 = (v0 + v1) & MASK;
    v1 = rotl(v1, 13n) ^ v0;
    v0 = rotl(v0, 32n);
    v2 = (v2 + v3) & MASK;
    v3 = rotl(v3, 16n) ^ v2;
    v0 = (v0 + v3) & MASK;
    v3 = rotl(v3, 21n) ^ v0;
    v2 = (v2 + v1) & MASK;
    v1 = rotl(v1, 17n) ^ v2;
    v = [v0, v1, rotl(v2, 32n), v3];
  };
  const padded = new Uint8Array((Math.floor(message.length / 8) + 1) * 8);
  padded.set(message);
  padded[padded.length - 1] = message.length & 0xff;
  for (let at = 0; at < padded.length; at += 8) {
    const m = le(padded.subarray(at, at + 8));
    v[3]! ^= m;
    round();
    round();
    v[0]! ^= m;
  }
  v[2]! ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  const out = v[0]! ^ v[1]! ^ v[2]! ^ v[3]!;
  return toHex(Uint8Array.from({ length: 8 }, (_, i) => Number((out >> BigInt(8 * i)) & 0xffn)));
}

describe('SipHash-2-4', () => {
  it('gives the values of the reference implementation', () => {
    const key = Uint8Array.from({ length: 16 }, (_, i) => i);
    const of = (length: number) =>
      toHex(
        sipHash24(
          key,
          Uint8Array.from({ length }, (_, i) => i),
        ),
      );
    expect([0, 1, 7, 8, 15].map(of)).toEqual([
      '310e0edd47db6f72',
      'fd67dc93c539f874',
      '37d1018bf50002ab',
      '6224939a79f5f593',
      'e545be4961ca29a1',
    ]);
  });

  it('agrees with the paper on any input', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array({ maxLength: 40 }),
        (key, message) => {
          expect(toHex(sipHash24(key, message))).toBe(slowSipHash(key, message));
        },
      ),
    );
  });
});

function randomTrapdoors(count: number, seed: number): Uint8Array {
  const out = new Uint8Array(count * 16);
  for (let i = 0; i < count; i++) out.set(trapdoor(Uint8Array.of(seed), '', `${i}`), i * 16);
  return out;
}

const id = (byte: number) => new Uint8Array(16).fill(byte);
const indexKey = new Uint8Array(32).fill(5);

const whole = (sliceBytes: number): FilterForm => ({ blocks: 1, sliceBytes });
const inBlocks = (sliceBytes: number): FilterForm => ({ blocks: 16, sliceBytes });

function ones(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let bits = byte; bits; bits &= bits - 1) count += 1;
  return count;
}

describe('a filter', () => {
  it.each([
    [1500, whole(320)],
    [6000, inBlocks(88)],
    [12_000, inBlocks(168)],
  ])(
    'matches every one of the %d tokens it was built with, and one in thousands of others',
    (count, form) => {
      const trapdoors = randomTrapdoors(count, 1);
      const filter = buildFilter(id(1), trapdoors, indexKey, form);
      expect(formOf(filter)).toEqual(form);
      for (let i = 0; i < trapdoors.length; i += 16) {
        expect(filterMatches(filter, id(1), trapdoors.subarray(i, i + 16))).toBe(true);
      }
      const others = randomTrapdoors(20_000, 2);
      let wrong = 0;
      for (let i = 0; i < others.length; i += 16) {
        if (filterMatches(filter, id(1), others.subarray(i, i + 16))) wrong += 1;
      }
      expect(wrong).toBeLessThan(20);
    },
  );

  it('is exactly half full in every slice, however few the tokens', () => {
    for (const form of FILTER_FORMS) {
      for (const count of [0, 1, 300]) {
        const filter = buildFilter(id(2), randomTrapdoors(count, 3), indexKey, form);
        for (let at = 0; at < filter.length; at += form.sliceBytes) {
          expect(ones(filter.subarray(at, at + form.sliceBytes))).toBe(form.sliceBytes * 4);
        }
      }
    }
  });

  it('looks unrelated in another segment or under another key', () => {
    const trapdoors = randomTrapdoors(500, 1);
    const a = buildFilter(id(1), trapdoors, indexKey, whole(160));
    for (const b of [
      buildFilter(id(2), trapdoors, indexKey, whole(160)),
      buildFilter(id(1), randomTrapdoors(500, 2), new Uint8Array(32), whole(160)),
    ]) {
      const both = ones(a.map((byte, i) => byte & b[i]!));
      // Two independent halves share a quarter of 16,640 bits: 4,160, standard deviation 32.
      expect(Math.abs(both - 4160)).toBeLessThan(240);
    }
  });

  it('puts a word into another block in each period', () => {
    const blocks = Array.from({ length: 4000 }, (_, period) => {
      const one = trapdoor(createHmac('sha256', 'index').update(`${period}`).digest(), '', 'word');
      const filter = new Uint8Array(filterBytes(inBlocks(88)));
      const matched = Array.from({ length: 16 }, (_, block) => {
        filter.fill(0).fill(255, block * 13 * 88, (block + 1) * 13 * 88);
        return filterMatches(filter, id(1), one);
      });
      expect(matched.filter(Boolean)).toHaveLength(1);
      return matched.indexOf(true);
    });
    const counts = Array.from({ length: 16 }, (_, block) => blocks.filter((one) => one === block).length);
    // 250 each, standard deviation 15.
    for (const count of counts) expect(Math.abs(count - 250)).toBeLessThan(90);
  });

  it('takes the smallest class, and says when there is none', () => {
    const first = (tokens: number) => formsFor(tokens)[0];
    expect([0, 860, 861, 3442].map(first)).toEqual([whole(160), whole(160), whole(320), whole(640)]);
    expect([3443, 6001, FULL_TOKENS + 1].map(first)).toEqual([inBlocks(88), inBlocks(168), inBlocks(200)]);
    const overflow = expect.objectContaining({ code: 'FILTER_OVERFLOW' });
    expect(() => formsFor(MOST_TOKENS + 1)).toThrow(overflow);
    expect(() => buildFilter(id(1), randomTrapdoors(1200, 1), indexKey, whole(160))).toThrow(overflow);
    expect(() => buildFilter(id(1), randomTrapdoors(9000, 1), indexKey, inBlocks(88))).toThrow(overflow);
  });

  it('has room in its blocks for what its class is chosen for', () => {
    const full = randomTrapdoors(MOST_TOKENS, 4);
    expect(buildFilter(id(1), full.subarray(0, 6000 * 16), indexKey, inBlocks(88))).toHaveLength(18_304);
    expect(buildFilter(id(1), full.subarray(0, 12_500 * 16), indexKey, inBlocks(168))).toHaveLength(34_944);
    expect(buildFilter(id(1), full, indexKey, inBlocks(200))).toHaveLength(41_600);
  });

  it('has one of eight lengths or none', () => {
    const lengths = FILTER_FORMS.map(filterBytes);
    expect(new Set(lengths).size).toBe(8);
    expect(lengths.map((length) => formOf(new Uint8Array(length)))).toEqual(FILTER_FORMS);
    expect(formOf(new Uint8Array(0))).toBeUndefined();
    for (const length of [1, 13, 160, 2079, 13 * 2561, 13 * 88, 208 * 96]) {
      expect(() => formOf(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'FILTER_MALFORMED' }),
      );
    }
    expect(filterMatches(new Uint8Array(0), id(1), new Uint8Array(16))).toBe(true);
  });
});

describe('a trapdoor', () => {
  it('is HMAC over lp(field) ‖ lp(token), cut to 128 bits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (field, token) => {
        const part = (text: string) => {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(Buffer.byteLength(text));
          return Buffer.concat([length, Buffer.from(text)]);
        };
        const mac = createHmac('sha256', indexKey).update(part(field)).update(part(token)).digest('hex');
        expect(toHex(trapdoor(indexKey, field, token))).toBe(mac.slice(0, 32));
      }),
    );
  });

  it('tells field and token apart', () => {
    expect(trapdoor(indexKey, 'a', 'bc')).not.toEqual(trapdoor(indexKey, 'ab', 'c'));
  });
});
