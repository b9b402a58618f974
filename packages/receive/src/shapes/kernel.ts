import { readFileSync } from 'node:fs';

/** What packages/receive/assembly/index.ts exports; addresses are bytes in `memory`. */
export interface LineKernel {
  memory: WebAssembly.Memory;
  atLine: WebAssembly.Global;
  lineSize: WebAssembly.Global;
  atRow: WebAssembly.Global;
  rowSize: WebAssembly.Global;
  atLeaves: WebAssembly.Global;
  atTime: WebAssembly.Global;
  atDuration: WebAssembly.Global;
  atLearned: WebAssembly.Global;
  learnedEnd: WebAssembly.Global;
  forget(seed: bigint, multiplier: bigint): void;
  scan(length: number): number;
  open(length: number): void;
  planOf(deciders: number): number;
  leafCount(): number;
  learnFamily(address: number): void;
  learnVariant(address: number): void;
  emit(plan: number, timeLength: number, durationLength: number): number;
}

/** What `scan` and `planOf` give instead of a plan's address. */
export const LEFT = 0;
export const UNKNOWN_FAMILY = -1;
/** In place of an address: lines of this shape are the reader's. */
export const SLOW = 1;
/** Numbers that stand for no leaf of a line. */
export const INSTEAD = { time: 128, duration: 129, nothing: 130 } as const;

/** Classes of values. */
export const CLASS = {
  text: 1,
  empty: 2,
  /** 16 or 32 lower-case hexadecimal digits, not all zero. */
  hex: 3,
  /** A whole number without a sign. */
  whole: 4,
  number: 5,
  true: 6,
  false: 7,
  null: 8,
  object: 9,
  list: 10,
} as const;

const MODULE = new WebAssembly.Module(readFileSync(new URL('../../lines.wasm', import.meta.url)));

/** A kernel with a memory of its own, 8 MiB. */
export function instantiateLineKernel(): LineKernel {
  const imports = { env: { abort: () => undefined } };
  return new WebAssembly.Instance(MODULE, imports).exports as unknown as LineKernel;
}
