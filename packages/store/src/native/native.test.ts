import { codeOf, listColumn, textColumn } from '@tacet/records';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NativeBlock } from './block.ts';
import { readNative } from './reader.ts';
import { ByteWriter } from './writer.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed());
const integer = fc.maxSafeInteger();

const row = fc.record({
  small: fc.nat(0xffff),
  medium: fc.nat(0xffff_ffff),
  large: integer,
  blob: bytes(300),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  numbers: fc.array(integer, { maxLength: 20 }),
  ids: fc.array(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 4 }),
  words: fc.array(text, { maxLength: 20 }),
  nested: fc.array(fc.array(text, { maxLength: 3 }), { maxLength: 5 }),
});

it('reads back what it wrote, whatever the first guess of the size was', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(2000), (rows, hint) => {
      const block = new NativeBlock(9, rows.length, hint);
      const at = (index: number) => rows[index]!;
      block.column('small', 'UInt16').u16((index) => at(index).small);
      block.column('medium', 'UInt32').u32((index) => at(index).medium);
      block.column('large', 'Int64').i64((index) => at(index).large);
      block.column('blob', 'String').bytes((index) => at(index).blob);
      block.column('id', 'FixedString(16)').fixed((index) => at(index).id);
      block.column('numbers', 'Array(Int64)').i64Arrays((index) => Float64Array.from(at(index).numbers));
      block.column('ids', 'Array(FixedString(16))').fixedArrays((index) => at(index).ids);
      block
        .column('words', 'Array(LowCardinality(String))')
        .dictionaryArrays((index) => textColumn(at(index).words));
      block
        .column('nested', 'Array(Array(LowCardinality(String)))')
        .nestedDictionaryArrays((index) => listColumn(at(index).nested));
      const { rows: height, columns } = readNative(block.finish());
      expect(height).toBe(rows.length);
      for (const [name, values] of columns) {
        expect(values).toEqual(rows.map((value) => value[name as keyof typeof value]));
      }
    }),
    { numRuns: 300 },
  );
});

it('writes lengths of any size', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const out = new ByteWriter(0);
      out.varint(value);
      const written = out.finish();
      const read = written.reduceRight((sum, byte) => sum * 128n + BigInt(byte & 0x7f), 0n);
      expect(read).toBe(BigInt(value));
      expect(written.findIndex((byte) => byte < 0x80)).toBe(written.length - 1);
    }),
  );
});

it('refuses truncated and unknown results instead of guessing', () => {
  const block = new NativeBlock(1, 2, 0);
  block.column('words', 'Array(LowCardinality(String))').dictionaryArrays(() => textColumn(['a', 'b']));
  const whole = block.finish();
  for (let end = 1; end < whole.length; end++) {
    expect(() => readNative(whole.slice(0, end))).toThrowError(
      expect.objectContaining({ code: 'STORE_QUERY_FAILED' }),
    );
  }
  const unknown = new NativeBlock(1, 1, 0);
  unknown.column('x', 'Float64').i64(() => 0);
  try {
    readNative(unknown.finish());
    expect.unreachable();
  } catch (error) {
    expect(codeOf(error)).toBe('STORE_QUERY_FAILED');
  }
});
