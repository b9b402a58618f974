import { NativeBlock } from '../native/block.ts';
import { hex } from './literal.ts';
import type { MatchInputs, MatchPlan } from './match.ts';

/** Name of the external table that brings the inputs of a match to a server. */
export const INPUTS = 'inputs';

/** The first or second eight bytes of every sixteen: k0 or k1 of SipHash keys, little-endian. */
function half(keys: Uint8Array, offset: 0 | 8): Uint8Array {
  const words = new Uint8Array(keys.length / 2);
  for (let at = 0; at * 16 < keys.length; at++) {
    words.set(keys.subarray(at * 16 + offset, at * 16 + offset + 8), at * 8);
  }
  return words;
}

/**
 * Defines the arrays of a match as literals in the statement's text: only for an engine that keeps no
 * log of queries.
 */
export function withLiterals(plan: MatchPlan): string {
  const { tokens, texts } = plan.inputs;
  const word = (offset: number) => `reinterpretAsUInt64(substring(bytes, i * 16 + ${offset}, 8))`;
  // Scalar subqueries: the engine keeps their arrays once; a literal it would copy wherever it is used.
  const keyArray = (keys: Uint8Array) =>
    `(SELECT arrayMap(i -> (${word(1)}, ${word(9)}), range(${keys.length / 16})) FROM (SELECT unhex('${hex(keys)}') AS bytes))`;
  const literal = (value: string) => `unhex('${hex(Buffer.from(value))}')`;
  return statement(
    plan,
    [
      ...tokens.map(([token, keys]) => `${keyArray(keys)} AS a${token}`),
      ...texts.map((values, index) => `(SELECT [${values.map(literal).join(', ')}]) AS v${index}`),
    ],
    '',
  );
}

/** `format` goes between the SELECT and its settings: with both, ClickHouse wants it there. */
function statement({ definitions, select, settings }: MatchPlan, arrays: string[], format: string): string {
  const items = [...arrays, ...definitions];
  const head = items.length === 0 ? '' : `WITH ${items.join(',\n')}\n`;
  return `${head}${select}${format} SETTINGS ${settings}`;
}

/** A match whose inputs travel beside the statement, as the one row of an external table. */
export interface ExternalMatch {
  sql: string;
  /** Columns of the external table, as ClickHouse's `<name>_structure` wants them; '' for no table. */
  structure: string;
  /** The row, in Native format. */
  row: Uint8Array;
}

/** Takes every input out of the text, which servers write to `system.query_log`. */
export function withExternal(plan: MatchPlan): ExternalMatch {
  const columns = columnsOf(plan.inputs);
  const definitions = columns.map(({ name }) => `(SELECT in_${name} FROM ${INPUTS}) AS ${name}`);
  const block = new NativeBlock(columns.length, 1, 1024);
  for (const { name, type, write } of columns) write(block.column(`in_${name}`, type));
  return {
    sql: statement(plan, definitions, ' FORMAT Native'),
    structure: columns.map(({ name, type }) => `in_${name} ${type}`).join(', '),
    row: block.finish(),
  };
}

interface InputColumn {
  name: string;
  type: string;
  write: (block: NativeBlock) => void;
}

function columnsOf({ tokens, texts }: MatchInputs): InputColumn[] {
  return [
    ...tokens.map(([token, keys]) => ({
      name: `a${token}`,
      type: 'Array(Tuple(UInt64, UInt64))',
      write: (block: NativeBlock) => block.u64PairArrays(() => [half(keys, 0), half(keys, 8)]),
    })),
    ...texts.map((values, index) => ({
      name: `v${index}`,
      type: 'Array(String)',
      write: (block: NativeBlock) => block.textArrays(() => values),
    })),
  ];
}
