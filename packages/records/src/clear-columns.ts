import { type CLEAR_NUMBER_COLUMNS, CLEAR_STRING_COLUMNS, type ClearRow } from './clear.ts';

/** A text a row. */
export interface TextColumn {
  /** Each once, in the order in which the rows first have them. */
  texts: string[];
  /** The place of each row's text among them. */
  places: Uint32Array;
}

/** A list of texts a row. */
export interface ListColumn {
  /** Each once, in the order in which the lists first have them. */
  texts: string[];
  /** The places of the texts of all lists, one list after another. */
  places: Uint32Array;
  /** Where each row's list ends in `places`; it begins where the one before ends. */
  ends: Uint32Array;
}

/** The clear columns of one segment, in row order. */
export type ClearColumns = Record<(typeof CLEAR_NUMBER_COLUMNS)[number], Float64Array> &
  Record<(typeof CLEAR_STRING_COLUMNS)[number], TextColumn> & { secrets: ListColumn };

const NUMBERS = 4;
const TEXTS = CLEAR_STRING_COLUMNS.length;

/**
 * Clear columns while rows are added. A text is looked up when it is first seen, and has a number from then on,
 * the same in every column.
 */
export class ClearTable {
  #count = 0;
  /** Of each row its time, duration and tokens. */
  #numbers = new Float64Array(NUMBERS * 64);
  /** Of each row the numbers of its texts, in the order of `CLEAR_STRING_COLUMNS`. */
  #textNumbers = new Uint32Array(TEXTS * 64);
  /** Of each row where the numbers of its secrets end. */
  #ends = new Uint32Array(64);
  #secrets: number[] = [];
  readonly #texts: string[] = [];
  readonly #known = new Map<string, number>();

  /** How many different texts it has seen. */
  get texts(): number {
    return this.#texts.length;
  }

  /** The number of a text. */
  number(text: string): number {
    let number = this.#known.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#known.set(text, number);
    }
    return number;
  }

  add(row: ClearRow): void {
    const texts = Uint32Array.from(CLEAR_STRING_COLUMNS, (name) => this.number(row[name]));
    this.append(row.time, row.duration_ns, row.input_tokens, row.output_tokens, texts, row.secrets);
  }

  /** Adds a row whose texts have numbers; they stand in the order of `CLEAR_STRING_COLUMNS`. */
  append(
    time: number,
    duration: number,
    input: number,
    output: number,
    texts: Uint32Array,
    secrets: readonly string[],
  ): void {
    if (this.#count === this.#ends.length) this.#grow();
    const numbers = this.#numbers;
    let at = this.#count * NUMBERS;
    numbers[at++] = time;
    numbers[at++] = duration;
    numbers[at++] = input;
    numbers[at] = output;
    const textNumbers = this.#textNumbers;
    const from = this.#count * TEXTS;
    for (let column = 0; column < TEXTS; column++) textNumbers[from + column] = texts[column]!;
    for (let index = 0; index < secrets.length; index++) this.#secrets.push(this.number(secrets[index]!));
    this.#ends[this.#count++] = this.#secrets.length;
  }

  #grow(): void {
    const [numbers, textNumbers, ends] = [this.#numbers, this.#textNumbers, this.#ends];
    this.#numbers = new Float64Array(numbers.length * 2);
    this.#textNumbers = new Uint32Array(textNumbers.length * 2);
    this.#ends = new Uint32Array(ends.length * 2);
    this.#numbers.set(numbers);
    this.#textNumbers.set(textNumbers);
    this.#ends.set(ends);
  }

  /** Forgets every row from number `count` on. */
  truncate(count: number): void {
    this.#count = count;
    this.#secrets.length = count === 0 ? 0 : this.#ends[count - 1]!;
  }

  /** The columns of the rows with these numbers, in this order. */
  columns(order: Uint32Array): ClearColumns {
    return {
      time: this.#numbersOf(order, 0),
      kind: this.#textsOf(order, 0),
      service: this.#textsOf(order, 1),
      operation: this.#textsOf(order, 2),
      model: this.#textsOf(order, 3),
      provider: this.#textsOf(order, 4),
      status: this.#textsOf(order, 5),
      severity: this.#textsOf(order, 6),
      duration_ns: this.#numbersOf(order, 1),
      input_tokens: this.#numbersOf(order, 2),
      output_tokens: this.#numbersOf(order, 3),
      secrets: this.#lists(order),
    };
  }

  #numbersOf(order: Uint32Array, column: number): Float64Array {
    const from = this.#numbers;
    const to = new Float64Array(order.length);
    for (let row = 0; row < to.length; row++) to[row] = from[order[row]! * NUMBERS + column]!;
    return to;
  }

  #textsOf(order: Uint32Array, column: number): TextColumn {
    const from = this.#textNumbers;
    const numbers = new Uint32Array(order.length);
    for (let row = 0; row < numbers.length; row++) numbers[row] = from[order[row]! * TEXTS + column]!;
    return this.#column(numbers);
  }

  #lists(order: Uint32Array): ListColumn {
    const from = this.#ends;
    const numbers: number[] = [];
    const ends = new Uint32Array(order.length);
    for (let row = 0; row < ends.length; row++) {
      const one = order[row]!;
      for (let at = one === 0 ? 0 : from[one - 1]!; at < from[one]!; at++) numbers.push(this.#secrets[at]!);
      ends[row] = numbers.length;
    }
    return { ...this.#column(Uint32Array.from(numbers)), ends };
  }

  /** Gives every text its place among those that these rows have; `places` holds their numbers before. */
  #column(places: Uint32Array): TextColumn {
    const texts: string[] = [];
    /** By number the place and 1, or 0. */
    const known = new Uint32Array(this.#texts.length);
    for (let row = 0; row < places.length; row++) {
      const number = places[row]!;
      if (known[number] === 0) known[number] = texts.push(this.#texts[number]!);
      places[row] = known[number]! - 1;
    }
    return { texts, places };
  }
}

export function clearColumns(rows: readonly ClearRow[]): ClearColumns {
  const table = new ClearTable();
  for (const row of rows) table.add(row);
  return table.columns(Uint32Array.from(rows.keys()));
}

export function textColumn(values: readonly string[]): TextColumn {
  const known = new Map<string, number>();
  const places = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const place = known.get(value) ?? known.size;
    if (place === known.size) known.set(value, place);
    places[row] = place;
  }
  return { texts: [...known.keys()], places };
}

export function listColumn(lists: readonly (readonly string[])[]): ListColumn {
  let end = 0;
  const ends = Uint32Array.from(lists, ({ length }) => (end += length));
  return { ...textColumn(lists.flat()), ends };
}

function textAt({ texts, places }: TextColumn, row: number): string {
  return texts[places[row]!]!;
}

/** Row number `row` of `columns`. */
export function clearRow(columns: ClearColumns, row: number): ClearRow {
  const { texts, places, ends } = columns.secrets;
  const secrets = places.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
  return {
    time: columns.time[row]!,
    kind: textAt(columns.kind, row),
    service: textAt(columns.service, row),
    operation: textAt(columns.operation, row),
    model: textAt(columns.model, row),
    provider: textAt(columns.provider, row),
    status: textAt(columns.status, row),
    severity: textAt(columns.severity, row),
    duration_ns: columns.duration_ns[row]!,
    input_tokens: columns.input_tokens[row]!,
    output_tokens: columns.output_tokens[row]!,
    secrets: Array.from(secrets, (place) => texts[place]!),
  };
}
