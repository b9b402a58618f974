import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, equalBytes, lp, toHex } from './bytes.ts';
import { ByteReader } from './reader.ts';
import { ByteWriter } from './writer.ts';

const safe = fc.maxSafeInteger();

describe('canonical bytes', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        safe,
        fc.nat(0xffffffff),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        (long, word, text, bytes) => {
          const written = new ByteWriter(1).i64(long).u32(word).text(text).lp(bytes).u16(7).u8(9).bytes();
          const reader = new ByteReader(written, 'RECORD_MALFORMED');
          expect(reader.i64('long')).toBe(long === 0 ? 0 : long);
          expect(reader.u32('word')).toBe(word);
          expect(reader.text('text', 1e6)).toBe(text);
          expect(reader.lp('bytes', { max: 1e6 })).toEqual(bytes);
          expect([reader.u16('short'), reader.u8('byte')]).toEqual([7, 9]);
          reader.end();
        },
      ),
    );
  });

  it('are 64-bit two’s complement, big-endian', () => {
    const view = (value: number) => toHex(new ByteWriter().i64(value).bytes());
    expect(view(-1)).toBe('ffffffffffffffff');
    expect(view(2 ** 32 + 1)).toBe('0000000100000001');
    expect(view(-(2 ** 32))).toBe('ffffffff00000000');
  });

  it('are refused when cut, long, or not UTF-8', () => {
    const read = (bytes: number[], use: (reader: ByteReader) => void) => {
      try {
        use(new ByteReader(Uint8Array.from(bytes), 'SEGMENT_MALFORMED'));
        return 'read';
      } catch (error) {
        return codeOf(error);
      }
    };
    expect(read([0, 0, 0], (r) => r.u32('x'))).toBe('SEGMENT_MALFORMED');
    expect(read([0, 0, 0, 5, 1], (r) => r.lp('x', { max: 9 }))).toBe('SEGMENT_MALFORMED');
    expect(read([0, 0, 0, 1, 0xff], (r) => r.text('x', 9))).toBe('SEGMENT_MALFORMED');
    expect(read([1, 2], (r) => r.end())).toBe('SEGMENT_MALFORMED');
    expect(read([0x7f, 255, 255, 255, 255, 255, 255, 255], (r) => r.i64('x'))).toBe('SEGMENT_MALFORMED');
    expect(read([255, 255, 255, 255], (r) => r.count('x', 1, 1e9))).toBe('SEGMENT_MALFORMED');
  });
});

describe('helpers', () => {
  it('compare bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
    );
  });

  it('put a length before', () => {
    expect(lp(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(0, 0, 0, 2, 1, 2));
    expect(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2))).toEqual(Uint8Array.of(1, 2));
  });
});
