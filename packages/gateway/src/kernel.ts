import { readFileSync } from 'node:fs';

/** What packages/gateway/assembly/index.ts exports; addresses are bytes in `memory`. */
export interface KernelExports {
  memory: WebAssembly.Memory;
  atRows: WebAssembly.Global;
  rowsSize: WebAssembly.Global;
  atKey: WebAssembly.Global;
  atId: WebAssembly.Global;
  atExchange: WebAssembly.Global;
  atFilter: WebAssembly.Global;
  atSlow: WebAssembly.Global;
  atBits: WebAssembly.Global;
  atPairs: WebAssembly.Global;
  atPairList: WebAssembly.Global;
  atAnchors: WebAssembly.Global;
  atRanks: WebAssembly.Global;
  atLists: WebAssembly.Global;
  atHits: WebAssembly.Global;
  hitsMax: WebAssembly.Global;
  atKeywords: WebAssembly.Global;
  keywordsMax: WebAssembly.Global;
  atFound: WebAssembly.Global;
  atFacts: WebAssembly.Global;
  atTextPlaces: WebAssembly.Global;
  readHead(start: number): number;
  clearTexts(): void;
  textCount(): number;
  textsFull(): number;
  mayHold(start: number, end: number): number;
  findAll(from: number, start: number, end: number): number;
  findStrings(start: number, end: number): number;
  findTextual(from: number, start: number, end: number): number;
  foundCount(): number;
  walkRow(start: number, end: number): number;
  addExchanged(fieldLength: number, tokenLength: number): void;
  clearTokens(seed: bigint, multiplier: bigint): void;
  beginSegment(): void;
  tokenCount(): number;
  overflowed(): number;
  nearlyFull(): number;
  rollBack(count: number): void;
  setKey(): void;
  forgetKey(): void;
  computeTrapdoors(count: number): void;
  copyTrapdoors(from: number, to: number, at: number): void;
  fillFilter(count: number, sliceBytes: number, blocks: number): void;
  fillSlices(sliceBytes: number, blocks: number): number;
}

const MODULE = new WebAssembly.Module(readFileSync(new URL('../kernel.wasm', import.meta.url)));

/** A kernel with a memory of its own (64 MiB of address space, touched as it is used). */
export function instantiateKernel(): KernelExports {
  const imports = { env: { abort: () => undefined } };
  return new WebAssembly.Instance(MODULE, imports).exports as unknown as KernelExports;
}
