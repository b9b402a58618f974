import type { Detector } from '@tacet/detect';
import { instantiateKernel } from './kernel.ts';
import { loadKeywords } from './keywords.ts';

/** Stands for an encoded text among the numbers of keywords. */
export const ENCODED = 0xffff;

/** What was seen in bytes, in their order. */
export interface Sightings {
  /** Indices of bytes. */
  readonly at: Uint32Array;
  /** What begins there: the number of a keyword, or `ENCODED`. */
  readonly what: Uint16Array;
}

const WHAT = 0x10000;
/** Bytes of surroundings that the conditions of a keyword, or of an encoded value, may look at. */
const AROUND = 8 << 10;

/**
 * Finds the places in bytes of UTF-8 around which secrets may be, as `Detector.places` does in a text, in the
 * kernel's memory (64 MiB of address space, touched as it is used).
 */
export class PlaceFinder {
  readonly #kernel = instantiateKernel();
  readonly #memory = Buffer.from(this.#kernel.memory.buffer);
  readonly #detector: Detector;
  readonly #at: number = this.#kernel.atRows.value;
  readonly #room: number = this.#kernel.rowsSize.value - 2 * AROUND;

  constructor(detector: Detector) {
    this.#detector = detector;
    loadKeywords(this.#kernel, this.#memory, detector.keywords);
  }

  /** Nothing is kept of the bytes. */
  find(bytes: Uint8Array): Sightings {
    const seen: number[] = [];
    for (let from = 0; from < bytes.length; from += this.#room) this.#findIn(bytes, from, seen);
    return inOrder(seen);
  }

  /** Those from `from` on, as far as the kernel has room for; each as one number, its place first. */
  #findIn(bytes: Uint8Array, from: number, seen: number[]): void {
    const kernel = this.#kernel;
    const before = Math.min(from, AROUND);
    const offset = from - before;
    const part = bytes.subarray(offset, from + this.#room + AROUND);
    const start = this.#at;
    const end = start + part.length;
    this.#memory.set(part, start);
    // What stands behind belongs to nothing.
    this.#memory.fill(0, end, end + AROUND);
    const unitAt = (index: number) => bytes[index]!;
    const last = Math.min(end, start + before + this.#room);
    for (let at = start + before; at < last; ) {
      at = kernel.findAll(at, start, last);
      for (let i = 0; i < kernel.foundCount(); i++) {
        const [address, keyword] = this.#found(i);
        const place = offset + address - start;
        if (this.#detector.mayBegin(keyword, unitAt, place, bytes.length)) seen.push(place * WHAT + keyword);
      }
    }
    if (!this.#detector.thorough) return;
    for (let at = start + before; at < last; ) {
      at = kernel.findTextual(at, start, end);
      for (let i = 0; i < kernel.foundCount(); i++)
        seen.push((offset + this.#found(i)[0] - start) * WHAT + ENCODED);
    }
  }

  #found(index: number): [address: number, keyword: number] {
    const at = this.#kernel.atFound.value + index * 8;
    return [this.#memory.readUInt32LE(at), this.#memory.readUInt32LE(at + 4)];
  }
}

/** What was seen once or twice, where one part of the memory ends, once. */
function inOrder(seen: readonly number[]): Sightings {
  const sorted = Float64Array.from(seen).sort();
  const distinct = sorted.filter((one, index) => index === 0 || one !== sorted[index - 1]);
  return {
    at: Uint32Array.from(distinct, (one) => Math.floor(one / WHAT)),
    what: Uint16Array.from(distinct, (one) => one % WHAT),
  };
}
