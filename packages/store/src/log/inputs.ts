import { NativeBlock } from '../native/block.ts';
import { hex } from './literal.ts';
import type { MatchInputs, MatchPlan } from './match.ts';

/**
 * The statement of a match, its inputs taken from `table`: a table of one row with a column `in_<name>`
 * for each array. Scalar subqueries, because the engine keeps their arrays once; literals it would copy
 * wherever they are used, and servers would write them to `system.query_log`.
 */
export function statement(plan: MatchPlan, table: string, format = ''): string {
  const arrays = columnsOf(plan.inputs).map(({ name }) => `(SELECT in_${name} FROM ${table}) AS ${name}`);
  const items = [...arrays, ...plan.definitions];
  const head = items.length === 0 ? '' : `WITH ${items.join(',\n')}\n`;
  return `${head}${plan.select(table)}${format} SETTINGS ${plan.settings}`;
}

/** The row of the inputs as an external table: its columns for `<name>_structure`, and in Native format. */
export function inputsAsRow(inputs: MatchInputs): { structure: string; row: Uint8Array } | undefined {
  const columns = columnsOf(inputs);
  if (columns.length === 0) return undefined;
  const block = new NativeBlock(columns.length, 1, 1024);
  for (const { name, type, write } of columns) write(block.column(`in_${name}`, type));
  return {
    structure: columns.map(({ name, type }) => `in_${name} ${type}`).join(', '),
    row: block.finish(),
  };
}

/** The row of the inputs as a SELECT of literals: only for an engine that keeps no log of queries. */
export function inputsAsSelect(inputs: MatchInputs): string | undefined {
  const columns = columnsOf(inputs);
  if (columns.length === 0) return undefined;
  return `SELECT ${columns.map(({ name, literal }) => `${literal} AS in_${name}`).join(', ')}`;
}

interface InputColumn {
  name: string;
  type: string;
  write: (block: NativeBlock) => void;
  literal: string;
}

function columnsOf({ tokens, texts }: MatchInputs): InputColumn[] {
  return [
    ...tokens.map(([token, keys]) => ({
      name: `a${token}`,
      type: 'Array(Tuple(UInt64, UInt64))',
      write: (block: NativeBlock) => block.u64PairArrays(() => [half(keys, 0), half(keys, 8)]),
      literal: pairsLiteral(keys),
    })),
    ...texts.map((values, index) => ({
      name: `v${index}`,
      type: 'Array(String)',
      write: (block: NativeBlock) => block.textArrays(() => values),
      literal: `[${values.map((value) => `unhex('${hex(Buffer.from(value))}')`).join(', ')}]`,
    })),
  ];
}

/** The first or second eight bytes of every sixteen: k0 or k1 of SipHash keys, little-endian. */
function half(keys: Uint8Array, offset: 0 | 8): Uint8Array {
  const words = new Uint8Array(keys.length / 2);
  for (let at = 0; at * 16 < keys.length; at++) {
    words.set(keys.subarray(at * 16 + offset, at * 16 + offset + 8), at * 8);
  }
  return words;
}

function pairsLiteral(keys: Uint8Array): string {
  const word = (offset: number) =>
    `reinterpretAsUInt64(substring(unhex('${hex(keys)}'), i * 16 + ${offset}, 8))`;
  return `arrayMap(i -> (${word(1)}, ${word(9)}), range(${keys.length / 16}))`;
}
