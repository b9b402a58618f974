import { ClearGuard } from '@tacet/detect';
import {
  appendClear,
  type ClearColumns,
  type ClearRow,
  clearText,
  coarse,
  type Event,
  emptyColumns,
  secretList,
  WITHHELD_TEXT,
} from '@tacet/records';
import type { KernelExports } from './kernel.ts';
import { eventOf, type Row, secretsOf } from './row.ts';

/** Texts of a row's head, in the order of the kernel's facts. */
const TEXTS = ['kind', 'service', 'operation', 'severity', 'status', 'provider', 'model'] as const;
const FACT_NUMBERS = 4;

/** The clear columns of the segment being built; each row's come from its head, as the kernel reads it. */
export class ClearBuilder {
  readonly #kernel: KernelExports;
  readonly #random: () => number;
  readonly #numbers: Float64Array;
  readonly #textNumbers: Uint32Array;
  readonly #places: Uint32Array;
  readonly #memory: Buffer;
  readonly #guard = new ClearGuard();
  readonly #shown = (text: string) => (this.#guard.allows(text) ? clearText(text) : WITHHELD_TEXT);
  /** Clear texts by the kernel's number. */
  #texts: string[] = [];
  #columns: ClearColumns = emptyColumns();

  constructor(kernel: KernelExports, memory: Buffer, random: () => number) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#random = random;
    const facts: number = kernel.atFacts.value;
    this.#numbers = new Float64Array(memory.buffer, facts, FACT_NUMBERS);
    this.#textNumbers = new Uint32Array(memory.buffer, facts + FACT_NUMBERS * 8, TEXTS.length);
    this.#places = new Uint32Array(memory.buffer, kernel.atTextPlaces.value);
  }

  begin(): void {
    this.#columns = emptyColumns();
    if (this.#kernel.textsFull()) this.wipe();
  }

  /** Appends a row that stands at `start` in the kernel's memory. */
  add(row: Row, start: number): void {
    const columns = this.#columns;
    const secrets = secretsOf(row);
    if (!this.#kernel.readHead(start)) {
      this.addEvent(eventOf(row));
      return;
    }
    const facts = this.#numbers;
    columns.time.push(facts[0]!);
    for (let index = 0; index < TEXTS.length; index++)
      columns[TEXTS[index]!].push(this.#text(this.#textNumbers[index]!));
    const exact = { duration_ns: facts[1]!, input_tokens: facts[2]!, output_tokens: facts[3]! };
    const numbers = coarse(exact, this.#random);
    columns.duration_ns.push(numbers.duration_ns);
    columns.input_tokens.push(numbers.input_tokens);
    columns.output_tokens.push(numbers.output_tokens);
    columns.secrets.push(secrets ? secretList(secrets) : []);
  }

  addEvent(event: Event): void {
    appendClear(this.#columns, event, this.#random, this.#shown);
  }

  /** Appends a row that had its coarse values before. */
  addCoarse(clear: ClearRow): void {
    for (const name in clear)
      (this.#columns[name as keyof ClearRow] as unknown[]).push(clear[name as keyof ClearRow]);
  }

  truncate(count: number): void {
    for (const name in this.#columns) this.#columns[name as keyof ClearRow].length = count;
  }

  /** The columns with their rows in the given order. */
  ordered(order: Uint32Array): ClearColumns {
    const to = emptyColumns() as Record<keyof ClearRow, unknown[]>;
    for (const name in this.#columns)
      to[name as keyof ClearRow] = inOrder(this.#columns[name as keyof ClearRow], order);
    return to as unknown as ClearColumns;
  }

  /** First and last second of the rows. */
  timeRange(): { timeMin: number; timeMax: number } {
    const { time } = this.#columns;
    let timeMin = time[0] ?? 0;
    let timeMax = timeMin;
    for (const second of time) {
      if (second < timeMin) timeMin = second;
      if (second > timeMax) timeMax = second;
    }
    return { timeMin, timeMax };
  }

  wipe(): void {
    this.#kernel.clearTexts();
    this.#guard.wipe();
    this.#texts = [];
  }

  #text(number: number): string {
    while (number >= this.#texts.length) {
      const at = this.#places[this.#texts.length * 2]!;
      const raw = this.#memory.toString('utf8', at, at + this.#places[this.#texts.length * 2 + 1]!);
      this.#texts.push(this.#shown(JSON.parse(`"${raw}"`) as string));
    }
    return this.#texts[number]!;
  }
}

function inOrder(from: readonly unknown[], order: Uint32Array): unknown[] {
  const to = new Array<unknown>(order.length);
  for (let index = 0; index < order.length; index++) to[index] = from[order[index]!];
  return to;
}
