import type { Sighting } from '@tacet/detect';
import type { KernelExports } from './kernel.ts';

/** What stands behind a text: no condition of a keyword reads beyond a zero, nor the kernel beyond them all. */
const ZEROS = new Uint8Array(64);

/**
 * The keywords in `text`, as the kernel sees them when the text stands at `at`, where it may take the memory up to `limit`; undefined
 * when there is no room for it, or there are too many.
 */
export function keywordsIn(
  kernel: KernelExports,
  memory: Buffer,
  text: string,
  at: number,
  limit: number,
): readonly Sighting[] | undefined {
  // A UTF-16 unit takes three bytes at most.
  if (at + 3 * text.length + ZEROS.length > limit) return undefined;
  const end = at + memory.write(text, at, 'utf8');
  memory.set(ZEROS, end);
  if (kernel.findAll(at, at, end) < end) return undefined;
  const seen: { number: number; start: number }[] = [];
  const found: number = kernel.atFound.value;
  for (let hit = found; hit < found + kernel.foundCount() * 8; hit += 8)
    seen.push({ number: memory.readUInt32LE(hit + 4), start: memory.readUInt32LE(hit) - at });
  if (end - at !== text.length && seen.length > 0) toUnits(seen, memory, at);
  return seen;
}

/** Makes indices of UTF-16 units of those of bytes. */
function toUnits(seen: { start: number }[], memory: Buffer, at: number): void {
  seen.sort((a, b) => a.start - b.start);
  let byte = 0;
  let unit = 0;
  for (const one of seen) {
    for (; byte < one.start; byte++) {
      const lead = memory[at + byte]!;
      // Bytes that go on with a character make no unit; one of four bytes makes two.
      if ((lead & 0xc0) !== 0x80) unit += lead >= 0xf0 ? 2 : 1;
    }
    one.start = unit;
  }
}
