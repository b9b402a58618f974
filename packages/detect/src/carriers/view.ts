/**
 * A text with one layer of encoding taken off, and the way back: the decoded text runs parallel to the
 * encoded one in stretches, and each stretch knows where it began in both.
 */
export class View {
  readonly text: string;
  /** Whether only what `JSON.stringify` puts on was taken off: then all keywords of this text stand in the encoded one. */
  readonly stringified: boolean;
  readonly #decoded: readonly number[];
  readonly #encoded: readonly number[];

  constructor(text: string, stringified: boolean, decoded: readonly number[], encoded: readonly number[]) {
    this.text = text;
    this.stringified = stringified;
    this.#decoded = decoded;
    this.#encoded = encoded;
  }

  /** The index in the encoded text of the unit at `index` (or of the end) of the decoded one. */
  toEncoded(index: number): number {
    const stretch = lastUpTo(this.#decoded, index);
    return this.#encoded[stretch]! + (index - this.#decoded[stretch]!);
  }

  /** The index in this text of the unit at `index` of the encoded one: inside an escape, of what that stands for. */
  toDecoded(index: number): number {
    const stretch = lastUpTo(this.#encoded, index);
    // Every other stretch is an escape.
    return this.#decoded[stretch]! + (stretch % 2 === 1 ? 0 : index - this.#encoded[stretch]!);
  }
}

/** The last place of an ascending list whose value is not above `index`; the first is 0. */
function lastUpTo(list: readonly number[], index: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Gathers a view: `copy` what stands for itself, `put` what an escape stands for. */
export class ViewBuilder {
  readonly #source: string;
  readonly #parts: string[] = [];
  readonly #decoded: number[] = [0];
  readonly #encoded: number[] = [0];
  #length = 0;
  #done = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Replaces the units [from, to) of the source by `value`; calls come in order. */
  put(from: number, to: number, value: string): void {
    const plain = this.#source.slice(this.#done, from);
    this.#parts.push(plain, value);
    this.#length += plain.length;
    // The escape itself begins a stretch, so that an index inside it never points past it.
    this.#decoded.push(this.#length);
    this.#encoded.push(from);
    this.#length += value.length;
    this.#decoded.push(this.#length);
    this.#encoded.push(to);
    this.#done = to;
  }

  /** Undefined when nothing was replaced. */
  build(stringified = false): View | undefined {
    if (this.#parts.length === 0) return undefined;
    this.#parts.push(this.#source.slice(this.#done));
    return new View(this.#parts.join(''), stringified, this.#decoded, this.#encoded);
  }
}
