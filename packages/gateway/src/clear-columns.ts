import { ClearGuard } from '@tacet/detect';
import {
  type ClearColumns,
  type ClearRow,
  ClearTable,
  clearFacts,
  clearText,
  coarseDuration,
  coarseTokens,
  type Event,
  secretList,
  WITHHELD_TEXT,
} from '@tacet/records';
import type { KernelExports } from './kernel.ts';
import { eventOf, type Row, secretsOf } from './row.ts';

const FACT_NUMBERS = 4;
/** Where the kernel's facts have the texts of kind, service, operation, model, provider, status and severity. */
const FACT_TEXTS = [0, 1, 2, 6, 5, 4, 3] as const;
const NO_SECRETS: readonly string[] = [];
/** With so many texts, all are forgotten before the next segment. */
const MOST_TEXTS = 4_096;

/** The clear columns of the segment being built; each row's come from its head, as the kernel reads it. */
export class ClearBuilder {
  readonly #kernel: KernelExports;
  readonly #random: () => number;
  readonly #facts: Float64Array;
  readonly #factTexts: Uint32Array;
  readonly #places: Uint32Array;
  readonly #memory: Buffer;
  readonly #guard = new ClearGuard();
  readonly #shown = (text: string) => (this.#guard.allows(text) ? clearText(text) : WITHHELD_TEXT);
  #table = new ClearTable();
  /** The table's numbers of texts by the kernel's. */
  #numbers: number[] = [];
  /** The numbers of the texts of one row. */
  readonly #texts = new Uint32Array(FACT_TEXTS.length);

  constructor(kernel: KernelExports, memory: Buffer, random: () => number) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#random = random;
    const facts: number = kernel.atFacts.value;
    this.#facts = new Float64Array(memory.buffer, facts, FACT_NUMBERS);
    this.#factTexts = new Uint32Array(memory.buffer, facts + FACT_NUMBERS * 8, FACT_TEXTS.length);
    this.#places = new Uint32Array(memory.buffer, kernel.atTextPlaces.value);
  }

  begin(): void {
    this.#table.truncate(0);
    if (this.#kernel.textsFull() || this.#table.texts > MOST_TEXTS) this.wipe();
  }

  /** Appends a row that stands at `start` in the kernel's memory. */
  add(row: Row, start: number): void {
    if (!this.#kernel.readHead(start)) {
      this.addEvent(eventOf(row));
      return;
    }
    const texts = this.#texts;
    for (let index = 0; index < FACT_TEXTS.length; index++)
      texts[index] = this.#number(this.#factTexts[FACT_TEXTS[index]!]!);
    const facts = this.#facts;
    const random = this.#random;
    const secrets = secretsOf(row);
    this.#table.append(
      facts[0]!,
      coarseDuration(facts[1]!, random),
      coarseTokens(facts[2]!, random),
      coarseTokens(facts[3]!, random),
      texts,
      secrets ? secretList(secrets) : NO_SECRETS,
    );
  }

  addEvent(event: Event): void {
    this.#table.add(clearFacts(event, this.#random, this.#shown));
  }

  /** Appends a row that had its coarse values before. */
  addCoarse(clear: ClearRow): void {
    this.#table.add(clear);
  }

  truncate(count: number): void {
    this.#table.truncate(count);
  }

  /** The columns with their rows in the given order. */
  ordered(order: Uint32Array): ClearColumns {
    return this.#table.columns(order);
  }

  wipe(): void {
    this.#kernel.clearTexts();
    this.#guard.wipe();
    this.#table = new ClearTable();
    this.#numbers = [];
  }

  #number(known: number): number {
    while (known >= this.#numbers.length) {
      const place = this.#numbers.length * 2;
      const at = this.#places[place]!;
      const raw = this.#memory.toString('utf8', at, at + this.#places[place + 1]!);
      this.#numbers.push(this.#table.number(this.#shown(JSON.parse(`"${raw}"`) as string)));
    }
    return this.#numbers[known]!;
  }
}
