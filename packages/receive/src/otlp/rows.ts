import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Limits } from '../limits.ts';
import type { Signal } from './batch.ts';
import type { Origin } from './origin.ts';
import { traitsOf } from './traits.ts';
import { WORDS } from './words.ts';

/** What packages/receive/assembly/otlp exports; addresses are bytes in `memory`. */
interface RecordKernel {
  memory: WebAssembly.Memory;
  atRecord: WebAssembly.Global;
  recordMax: WebAssembly.Global;
  atRow: WebAssembly.Global;
  atService: WebAssembly.Global;
  serviceMax: WebAssembly.Global;
  atTail: WebAssembly.Global;
  tailMax: WebAssembly.Global;
  atWords: WebAssembly.Global;
  wordSize: WebAssembly.Global;
  atLearned: WebAssembly.Global;
  learnedEnd: WebAssembly.Global;
  forget(seed: bigint, multiplier: bigint): void;
  share(now: bigint, service: number, tail: number): void;
  log(size: number, most: number): number;
  span(size: number, most: number): number;
}

const MODULE = new WebAssembly.Module(readFileSync(new URL('../../otlp.wasm', import.meta.url)));

/** Names after which they are all forgotten, between two records, and the most that one record may add. */
const MAX_NAMES = 1_500;
const MAX_NAMES_WITHIN = 1_500;

/**
 * Turns records of OTLP in protobuf into rows without making objects of them. Every record in which something is
 * unusual is left to the reference, the reader of records, whose rows these are, byte for byte. Holds 8 MiB.
 */
export class RecordRows {
  readonly #kernel: RecordKernel;
  readonly #memory: Buffer;
  readonly #record: number;
  readonly #row: number;
  #names = 0;
  #free = 0;
  #maxRecord = 0;
  /** Named members that a record of the present scope may have. */
  #most = -1;
  #read: (size: number, most: number) => number = () => 0;

  constructor() {
    const env = {
      abort: () => undefined,
      learn: (start: number, length: number) => this.#learn(start, length),
      print: (value: number, to: number) => this.#memory.write(String(value), to, 'latin1'),
    };
    this.#kernel = new WebAssembly.Instance(MODULE, { env }).exports as unknown as RecordKernel;
    this.#memory = Buffer.from(this.#kernel.memory.buffer);
    this.#record = this.#kernel.atRecord.value;
    this.#row = this.#kernel.atRow.value;
    WORDS.forEach((word, index) => {
      const at = this.#kernel.atWords.value + index * this.#kernel.wordSize.value;
      this.#memory[at] = this.#memory.write(word, at + 1, 'latin1');
    });
    this.#forget();
  }

  /**
   * Begins the records of a scope.
   *
   * @param now nanoseconds since 1970, for records without a time
   */
  begin(signal: Signal, origin: Origin, now: string, limits: Limits): void {
    const { service, resource, scope } = origin;
    const head = service === undefined ? '' : JSON.stringify(service);
    const tail = `${resource ? `,"resource":${JSON.stringify(resource)}` : ''}${scope ? `,"scope":${JSON.stringify(scope)}` : ''}}`;
    const kernel = this.#kernel;
    // Far below what the reference refuses, so that both refuse the same.
    const roomy = limits.fields >= 2_000 && limits.depth >= 24;
    const fits = head.length * 3 <= kernel.serviceMax.value && tail.length * 3 <= kernel.tailMax.value;
    this.#most = roomy && fits && !origin.refused ? limits.fields - origin.fields : -1;
    if (this.#most < 0) return;
    this.#maxRecord = Math.min(kernel.recordMax.value, Math.floor(limits.eventBytes / 8));
    this.#read = signal === 'logs' ? kernel.log : kernel.span;
    kernel.share(
      BigInt(now),
      this.#memory.write(head, kernel.atService.value),
      this.#memory.write(tail, kernel.atTail.value),
    );
  }

  /** The row of a record, in memory that the next call overwrites; undefined when the reference must read it. */
  row(bytes: Buffer, start: number, end: number): Buffer | undefined {
    const size = end - start;
    if (this.#most < 0 || size > this.#maxRecord) return undefined;
    if (this.#names >= MAX_NAMES) this.#forget();
    bytes.copy(this.#memory, this.#record, start, end);
    const length = this.#read(size, this.#most);
    return length === 0 ? undefined : this.#memory.subarray(this.#row, this.#row + length);
  }

  /** Called by the kernel for a name that it has not seen: where in its memory what it must know stands. */
  #learn(start: number, length: number): number {
    const raw = this.#memory.subarray(start, start + length);
    const name = raw.toString('utf8');
    const json = Buffer.from(`${JSON.stringify(name)}:`);
    // Escapes, and what is not UTF-8, are the reference's.
    if (json.length !== length + 3 || raw.compare(json, 1, 1 + length) !== 0) return 0;
    const at = this.#free;
    // Copies read up to 15 bytes further.
    if (
      this.#names >= MAX_NAMES + MAX_NAMES_WITHIN ||
      at + 12 + json.length + 16 > this.#kernel.learnedEnd.value
    )
      return 0;
    const { traits, rank } = traitsOf(name);
    this.#memory.writeUInt32LE(traits, at);
    this.#memory.writeUInt32LE(rank, at + 4);
    this.#memory.writeUInt32LE(json.length, at + 8);
    json.copy(this.#memory, at + 12);
    this.#free = (at + 12 + json.length + 7) & ~7;
    this.#names++;
    return at;
  }

  #forget(): void {
    const [seed, multiplier] = randomFillSync(new BigUint64Array(2));
    this.#kernel.forget(seed!, multiplier!);
    this.#free = this.#kernel.atLearned.value;
    this.#names = 0;
  }
}
