import { randomFillSync } from 'node:crypto';
import type { Detector } from '@tacet/detect';
import { type ClearColumns, type ClearRow, TacetError } from '@tacet/records';
import {
  type FilterBuilder,
  type FilterForm,
  FULL_TOKENS,
  fillerKey,
  filterBytes,
  MOST_TOKENS,
  tokensOfEvent,
  tokensOfText,
} from '@tacet/seal';
import { ClearBuilder } from './clear-columns.ts';
import { instantiateKernel, type KernelExports } from './kernel.ts';
import { eventOf, type Row, secretsOf } from './row.ts';
import { RowScrubber } from './scrubbing.ts';

/** A segment is closed when its rows reach this size, in bytes. */
export const SEGMENT_BYTES = 1 << 20;

/** A row of more bytes does not go through the kernel's memory. */
const GIANT_ROW = 4 << 20;
/** Bytes handed over at once; both sides agree on 8 KiB. */
const EXCHANGE = 8192;

/** Rows that close together into one segment. */
export interface ClosedRows {
  /** Good until the builder closes another segment. */
  rows: Uint8Array;
  count: number;
  clear: ClearColumns;
  timeMin: number;
  timeMax: number;
  /** Empty: `buildFilter` knows them. */
  trapdoors: Uint8Array;
  unfiltered: boolean;
  tokens: number;
  buildFilter?: FilterBuilder;
}

/** `full`: the row was not taken, close the segment and add it again. */
export type Added = 'added' | 'full' | 'alone';

/** The rows, tokens and clear columns of the segment being built: one at a time. */
export class RowBuilder {
  readonly #kernel: KernelExports = instantiateKernel();
  readonly #memory = Buffer.from(this.#kernel.memory.buffer);
  readonly #rowsAt: number = this.#kernel.atRows.value;
  readonly #rowsEnd: number = this.#rowsAt + this.#kernel.rowsSize.value;
  readonly #scrubber: RowScrubber;
  readonly #clear: ClearBuilder;
  #starts: number[] = [];
  /** Size of the token set before each row. */
  #marks: number[] = [];
  #end = this.#rowsAt;
  /** The row whose bytes stand at `#end` already. */
  #staged: Row | undefined;
  #giant: Row | undefined;
  #indexKey: Uint8Array | undefined;
  /** One for all segments. */
  #shuffledRows = new Uint8Array(SEGMENT_BYTES);

  constructor(detector: Detector, random: () => number) {
    this.#scrubber = new RowScrubber(this.#kernel, this.#memory, detector);
    this.#clear = new ClearBuilder(this.#kernel, this.#memory, random);
  }

  get count(): number {
    return this.#giant ? 1 : this.#starts.length;
  }

  get bytes(): number {
    return this.#end - this.#rowsAt;
  }

  /** Begins the next segment under the index key of its period (32 bytes). */
  begin(indexKey: Uint8Array): void {
    const sameKey = this.#indexKey && Buffer.compare(indexKey, this.#indexKey) === 0;
    if (!sameKey || this.#kernel.nearlyFull()) {
      const [seed, multiplier] = randomFillSync(new BigUint64Array(2));
      this.#kernel.clearTokens(seed!, multiplier!);
      this.#memory.set(indexKey, this.#kernel.atKey.value);
      this.#kernel.setKey();
      this.#indexKey = Uint8Array.from(indexKey);
    }
    this.#kernel.beginSegment();
    this.#starts = [];
    this.#marks = [];
    this.#end = this.#rowsAt;
    this.#clear.begin();
    this.#staged = undefined;
    this.#giant = undefined;
  }

  /** Cuts secrets out. The kernel says when there can be none; the detector decides otherwise. */
  scrub(row: Row): Row {
    return this.#mayHold(row) ? this.#cut(row) : row;
  }

  /**
   * The same for many rows: first the kernel over all of them, then the detector over what is left. Its
   * tables and the kernel's together are more than the processor's caches hold.
   */
  scrubAll(rows: readonly Row[]): Row[] {
    const maybe = rows.map((row) => this.#mayHold(row));
    return rows.map((row, index) => (maybe[index] ? this.#cut(row) : row));
  }

  #mayHold(row: Row): boolean {
    const length = this.#stage(row);
    return length === undefined || this.#scrubber.mayHold(this.#end, this.#end + length);
  }

  #cut(row: Row): Row {
    return this.#scrubber.cut(row, this.#stage(row) === undefined ? undefined : this.#end);
  }

  /** Writes the row where the next one goes; returns its length, or undefined when there is no room. */
  #stage(row: Row): number | undefined {
    const length = row.end - row.start;
    if (this.#staged === row) return length;
    if (length > GIANT_ROW || this.#end + length >= this.#rowsEnd) return undefined;
    this.#memory.set(row.bytes.subarray(row.start, row.end), this.#end);
    this.#staged = row;
    return length;
  }

  /** Adds a scrubbed row. `clear` is given when the row had its coarse values before. */
  add(row: Row, clear?: ClearRow): Added {
    const first = this.#starts.length === 0;
    if (row.end - row.start > GIANT_ROW) {
      if (!first) return 'full';
      this.#giant = row;
      this.#addClear(row, 0, clear);
      return 'alone';
    }
    const length = this.#stage(row);
    if (length === undefined) return 'full';
    const start = this.#end;
    const end = start + length;
    if (!first && end - this.#rowsAt > SEGMENT_BYTES) return 'full';
    const kernel = this.#kernel;
    const mark = kernel.tokenCount();
    this.#addTokens(row, start, end);
    const tokens = kernel.tokenCount();
    if (!first && (tokens > FULL_TOKENS || kernel.overflowed())) {
      kernel.rollBack(mark);
      return 'full';
    }
    this.#starts.push(start);
    this.#marks.push(mark);
    this.#memory[end] = 10;
    this.#end = end + 1;
    this.#staged = undefined;
    this.#addClear(row, start, clear);
    return tokens > FULL_TOKENS || kernel.overflowed() ? 'alone' : 'added';
  }

  /** Takes back every row from number `count` on. */
  truncate(count: number): void {
    if (count >= this.#starts.length) return;
    this.#kernel.rollBack(this.#marks[count]!);
    this.#end = this.#starts[count]!;
    this.#starts.length = count;
    this.#marks.length = count;
    this.#clear.truncate(count);
    this.#staged = undefined;
  }

  #addClear(row: Row, start: number, clear: ClearRow | undefined): void {
    if (clear) this.#clear.addCoarse(clear);
    else if (start === 0) this.#clear.addEvent(eventOf(row));
    else this.#clear.add(row, start);
  }

  #addTokens(row: Row, start: number, end: number): void {
    const left = this.#kernel.walkRow(start, end);
    const secrets = secretsOf(row);
    if (left === 0 && !secrets) return;
    const add = (field: string, token: string) => this.#addToken(field, token);
    if (left < 0) {
      tokensOfEvent(eventOf(row), add);
      return;
    }
    for (let i = 0; i < left; i++) {
      const at = this.#kernel.atSlow.value + i * 140;
      const text = this.#memory.toString(
        'utf8',
        this.#memory.readUInt32LE(at),
        this.#memory.readUInt32LE(at + 4),
      );
      const pathLength = this.#memory.readUInt32LE(at + 8);
      const path =
        pathLength > 128 ? undefined : this.#memory.toString('utf8', at + 12, at + 12 + pathLength);
      tokensOfText(JSON.parse(text) as string, path, add);
    }
    for (const kind in secrets) add('secrets', kind);
  }

  #addToken(field: string, token: string): void {
    const at = this.#kernel.atExchange.value;
    const fieldLength = field === '' ? 0 : this.#memory.write(field, at, EXCHANGE, 'utf8');
    const tokenLength = this.#memory.write(token, at + fieldLength, EXCHANGE - fieldLength, 'utf8');
    this.#kernel.addExchanged(fieldLength, tokenLength);
  }

  /** The rows in random order with what sealing needs; the builder must `begin` again after it. */
  close(): ClosedRows {
    if (this.#giant) {
      const { bytes, start, end } = this.#giant;
      const clear = this.#clear.ordered(Uint32Array.of(0));
      return {
        rows: bytes.slice(start, end),
        count: 1,
        clear,
        ...timeRange(clear),
        trapdoors: new Uint8Array(),
        unfiltered: true,
        tokens: 0,
      };
    }
    const kernel = this.#kernel;
    const tokens = kernel.tokenCount();
    const unfiltered = tokens > MOST_TOKENS || kernel.overflowed() !== 0;
    if (!unfiltered) kernel.computeTrapdoors(tokens);
    const { rows, clear } = this.#shuffled();
    return {
      rows,
      clear,
      count: this.#starts.length,
      ...timeRange(clear),
      trapdoors: new Uint8Array(),
      unfiltered,
      tokens: unfiltered ? 0 : tokens,
      buildFilter: (id, _trapdoors, key, form) => this.#filter(tokens, id, key, form),
    };
  }

  /** The filter of the segment just closed, from the trapdoors that the kernel still holds. */
  #filter(tokens: number, id: Uint8Array, indexKey: Uint8Array, form: FilterForm): Uint8Array {
    const kernel = this.#kernel;
    const { blocks, sliceBytes } = form;
    this.#memory.set(id, kernel.atId.value);
    kernel.fillFilter(tokens, sliceBytes, blocks);
    this.#memory.set(fillerKey(indexKey, id), kernel.atKey.value);
    const filled = kernel.fillSlices(sliceBytes, blocks);
    this.#memory.fill(0, kernel.atKey.value, kernel.atKey.value + 16);
    if (!filled) throw new TacetError('FILTER_OVERFLOW', 'a slice is more than half full');
    const at: number = kernel.atFilter.value;
    return Uint8Array.prototype.slice.call(this.#memory, at, at + filterBytes(form));
  }

  /** Trapdoors of the segment just closed, 16 bytes each. */
  trapdoors(count: number): Uint8Array {
    const out = new Uint8Array(count * 16);
    const at = this.#kernel.atExchange.value;
    for (let from = 0; from < count; from += EXCHANGE / 16) {
      const to = Math.min(count, from + EXCHANGE / 16);
      this.#kernel.copyTrapdoors(from, to, at);
      out.set(this.#memory.subarray(at, at + (to - from) * 16), from * 16);
    }
    return out;
  }

  /** Fisher–Yates over the rows: their order inside a segment tells nothing. */
  #shuffled(): { rows: Uint8Array; clear: ClearColumns } {
    const count = this.#starts.length;
    const order = new Uint32Array(count);
    const draws = randomFillSync(new Uint32Array(count));
    for (let i = 0; i < count; i++) order[i] = i;
    for (let i = count - 1; i > 0; i--) {
      const j = draws[i]! % (i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    const length = this.#end - this.#rowsAt - 1;
    if (this.#shuffledRows.length < length) this.#shuffledRows = new Uint8Array(length);
    const rows = this.#shuffledRows.subarray(0, length);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const from = this.#starts[order[i]!]!;
      const to = this.#starts[order[i]! + 1] ?? this.#end;
      // The last row written has no room for its newline; every other one takes it along.
      at += this.#memory.copy(rows, at, from, i === count - 1 ? to - 1 : to);
    }
    return { rows, clear: this.#clear.ordered(order) };
  }

  /** Best effort at leaving nothing plain behind: rows, tokens and key are overwritten. */
  wipe(): void {
    this.#memory.fill(0, this.#rowsAt, this.#rowsEnd);
    this.#shuffledRows.fill(0);
    this.#kernel.clearTokens(1n, 1n);
    this.#clear.wipe();
    this.#kernel.forgetKey();
    this.#indexKey = undefined;
  }
}

/** First and last second of the rows. */
function timeRange({ time }: ClearColumns): { timeMin: number; timeMax: number } {
  let timeMin = time[0] ?? 0;
  let timeMax = timeMin;
  for (let row = 1; row < time.length; row++) {
    const second = time[row]!;
    if (second < timeMin) timeMin = second;
    if (second > timeMax) timeMax = second;
  }
  return { timeMin, timeMax };
}
