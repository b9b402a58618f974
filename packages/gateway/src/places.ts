import type { Detector } from '@tacet/detect';
import { instantiateKernel } from './kernel.ts';
import { loadKeywords } from './keywords.ts';

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

  /** Indices, in order. Nothing is kept of the bytes. */
  find(bytes: Uint8Array): number[] {
    const places = new Set<number>();
    for (let from = 0; from < bytes.length; from += this.#room) this.#findIn(bytes, from, places);
    return Array.from(places).sort((a, b) => a - b);
  }

  /** Those from `from` on, as far as the kernel has room for. */
  #findIn(bytes: Uint8Array, from: number, places: Set<number>): void {
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
        if (!places.has(place) && this.#detector.mayBegin(keyword, unitAt, place, bytes.length))
          places.add(place);
      }
    }
    if (!this.#detector.thorough) return;
    for (let at = start + before; at < last; ) {
      at = kernel.findTextual(at, start, end);
      for (let i = 0; i < kernel.foundCount(); i++) places.add(offset + this.#found(i)[0] - start);
    }
  }

  #found(index: number): [address: number, keyword: number] {
    const at = this.#kernel.atFound.value + index * 8;
    return [this.#memory.readUInt32LE(at), this.#memory.readUInt32LE(at + 4)];
  }
}
