import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClearRow } from './clear.ts';
import { ClearTable, clearColumns, clearRow, listColumn, textColumn } from './clear-columns.ts';

const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'c'), fc.string({ maxLength: 5 }));
const number = fc.oneof(fc.integer(), fc.maxSafeInteger());
const row: fc.Arbitrary<ClearRow> = fc.record({
  time: number,
  kind: text,
  service: text,
  operation: text,
  model: text,
  provider: text,
  status: text,
  severity: text,
  duration_ns: number,
  input_tokens: number,
  output_tokens: number,
  secrets: fc.array(text, { maxLength: 3 }),
});
const rows = fc.array(row, { maxLength: 200 });

it('has the rows it was given, in the order asked for, each text once where it is first seen', () => {
  const table = new ClearTable();
  fc.assert(
    fc.property(rows, rows, fc.nat(200), fc.nat(), (before, after, kept, seed) => {
      table.truncate(0);
      for (const one of before) table.add(one);
      const given = before.slice(0, kept);
      table.truncate(given.length);
      for (const one of after) table.add(one);
      given.push(...after);
      const order = given.map((_, index) => index).sort((a, b) => ((a * seed) % 97) - ((b * seed) % 97));
      const columns = table.columns(Uint32Array.from(order));
      const expected = order.map((index) => given[index]!);
      expect(expected.map((_, index) => clearRow(columns, index))).toEqual(expected);
      for (const name of ['service', 'model'] as const)
        expect(columns[name].texts).toEqual([...new Set(expected.map((one) => one[name]))]);
      expect(columns.secrets.texts).toEqual([...new Set(expected.flatMap(({ secrets }) => secrets))]);
      expect(columns).toEqual(clearColumns(expected));
      expect(columns.model).toEqual(textColumn(expected.map(({ model }) => model)));
      expect(columns.secrets).toEqual(listColumn(expected.map(({ secrets }) => secrets)));
    }),
  );
});
