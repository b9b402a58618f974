/**
 * Decodes one LZ4 block (lz4_Block_format.md) into `output` from `start` on; matches may reach back to what
 * stands before `start`, as linked blocks of a frame do. Gives the end of what it wrote, or -1 when the
 * block is malformed or does not fit.
 */
export function lz4Block(input: Uint8Array, output: Uint8Array, start = 0): number {
  let from = 0;
  let to = start;
  const length = (nibble: number): number => {
    let total = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; total += byte) {
      if (from >= input.length) return Number.POSITIVE_INFINITY;
      byte = input[from++]!;
    }
    return total;
  };
  while (from < input.length) {
    const token = input[from++]!;
    const literals = length(token >>> 4);
    if (from + literals > input.length || to + literals > output.length) return -1;
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === input.length) return to;
    if (from + 2 > input.length) return -1;
    const distance = input[from]! | (input[from + 1]! << 8);
    from += 2;
    const match = length(token & 15) + 4;
    if (distance === 0 || distance > to || to + match > output.length) return -1;
    // A match may overlap what it writes; only then must it go byte by byte.
    if (distance >= match) output.copyWithin(to, to - distance, to - distance + match);
    else for (let index = 0; index < match; index++) output[to + index] = output[to + index - distance]!;
    to += match;
  }
  return -1;
}

const HISTORY = 65_536;
const BLOCK_SIZES = [65_536, 262_144, 1_048_576, 4_194_304];

/**
 * Decodes an LZ4 frame (lz4_Frame_format.md) that begins at the start of `input`, as far as it goes; checks
 * no checksums, since a thief takes damaged data too. Gives its blocks, none when it is no frame.
 */
export function* lz4Frame(input: Uint8Array): Generator<Uint8Array> {
  const flags = input[4] ?? 0;
  const blockMax = BLOCK_SIZES[(((input[5] ?? 0) >>> 4) & 7) - 4];
  if (flags >>> 6 !== 1 || blockMax === undefined) return;
  let at = 7 + (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0);
  const window = new Uint8Array(HISTORY + blockMax);
  let history = 0;
  while (at + 4 <= input.length) {
    const word = (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) >>> 0;
    const size = word & 0x7fffffff;
    at += 4;
    if (size === 0 || size > blockMax || at + size > input.length) return;
    const block = input.subarray(at, at + size);
    let end = history + size;
    if (word >>> 31) window.set(block, history);
    else end = lz4Block(block, window, history);
    if (end < 0) return;
    yield window.slice(history, end);
    const kept = Math.min(end, HISTORY);
    window.copyWithin(0, end - kept, end);
    history = kept;
    at += size + (flags & 16 ? 4 : 0);
  }
}
