import { createHash } from 'node:crypto';
import type { RandomBytes } from '../src/index.ts';

/** Bytes that come again for the same seed: SHA-256 of seed and a counter. For vectors and clones only. */
export function repeatable(seed: string): RandomBytes {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(new ArrayBuffer(length));
    for (let at = 0; at < length; at += 32) {
      const block = createHash('sha256').update(`${seed}/${counter++}`).digest();
      out.set(block.subarray(0, Math.min(32, length - at)), at);
      block.fill(0);
    }
    return out;
  };
}
