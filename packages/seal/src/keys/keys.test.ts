import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPeriodKey, ReaderChain, segmentKeys, WriterChain } from './chain.ts';
import { expand, expandBytes, extract, label } from './derive.ts';
import { hpkeOpen, hpkePublicKey, hpkeSeal } from './hpke.ts';

const bytes = fc.uint8Array({ maxLength: 100 });

describe('HKDF', () => {
  it('is the one of node:crypto', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, fc.integer({ min: 1, max: 300 }), (salt, secret, info, length) => {
        const expected = new Uint8Array(hkdfSync('sha256', secret, salt, info, length));
        expect(expandBytes(extract(salt, secret), info, length)).toEqual(expected);
      }),
    );
  });

  it('puts its label before every name', () => {
    const key = new Uint8Array(32).fill(1);
    expect(expand(key, 'link')).toEqual(expandBytes(key, new TextEncoder().encode('tacet/v1/link'), 32));
    expect(new TextDecoder().decode(label('id'))).toBe('tacet/v1/id');
    expect(() => expandBytes(key, label('x'), 8161)).toThrow(RangeError);
  });
});

describe('the forward chain', () => {
  const first = () => firstPeriodKey(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));

  it('gives reader and writer the same keys, in whatever order the reader asks', () => {
    const writer = new WriterChain(first());
    const seen: { period: number; number: number; link: Uint8Array; index: Uint8Array }[] = [];
    for (let period = 0; period < 3; period++) {
      for (let number = 0; number < 200; number++) {
        seen.push({ period, number, link: writer.link.slice(), index: writer.indexKey.slice() });
        writer.step();
      }
      writer.nextPeriod();
    }
    const reader = new ReaderChain(first());
    for (const entry of seen.filter((_, i) => i % 37 === 0).reverse()) {
      expect(reader.link(entry.period, entry.number)).toEqual(entry.link);
      expect(reader.indexKey(entry.period)).toEqual(entry.index);
    }
    for (const entry of seen) expect(reader.link(entry.period, entry.number)).toEqual(entry.link);
    expect(new Set(seen.map((entry) => entry.link.join())).size).toBe(seen.length);
  });

  it('overwrites each key once the next is made', () => {
    const key = first();
    const writer = new WriterChain(key);
    const zeros = new Uint8Array(32);
    expect(key).toEqual(zeros);
    const [link, index] = [writer.link, writer.indexKey];
    writer.step();
    expect(link).toEqual(zeros);
    const second = writer.link;
    writer.nextPeriod();
    expect([index, second]).toEqual([zeros, zeros]);
    const last = [writer.link, writer.indexKey];
    writer.end();
    expect(last).toEqual([zeros, zeros]);
  });

  it('refuses places that no session has', () => {
    const reader = new ReaderChain(first());
    for (const [period, number] of [
      [65_536, 0],
      [0, 4096],
      [-1, 0],
      [Number.NaN, 0],
    ] as const) {
      expect(() => reader.link(period, number)).toThrow(
        expect.objectContaining({ code: 'SEGMENT_MALFORMED' }),
      );
    }
  });

  it('needs link, share and salt for a segment’s key', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const keys = [segmentKeys(a, a, a), segmentKeys(b, a, a), segmentKeys(a, b, a), segmentKeys(a, a, b)];
    expect(new Set(keys.map(({ key }) => key.join())).size).toBe(4);
    expect(new Set(keys.map(({ commitment }) => commitment.join())).size).toBe(4);
  });
});

describe('HPKE', () => {
  it('opens for the right key and info only', async () => {
    const seed = new Uint8Array(32).fill(3);
    const info = new Uint8Array([1, 2, 3]);
    const plain = new Uint8Array([9, 9]);
    const wrapped = await hpkeSeal(await hpkePublicKey(seed), info, plain);
    expect(await hpkeOpen(seed, info, wrapped)).toEqual(plain);
    expect(await hpkeOpen(new Uint8Array(32), info, wrapped)).toBeUndefined();
    expect(await hpkeOpen(seed, new Uint8Array([1]), wrapped)).toBeUndefined();
    for (const part of ['enc', 'sealed'] as const) {
      const bad = { ...wrapped, [part]: wrapped[part].slice() };
      bad[part][5]! ^= 4;
      expect(await hpkeOpen(seed, info, bad)).toBeUndefined();
    }
    expect(await hpkeOpen(seed, info, { ...wrapped, enc: wrapped.enc.subarray(1) })).toBeUndefined();
  });
});
