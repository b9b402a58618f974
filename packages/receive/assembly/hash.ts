/** Keys of the hashes, drawn by JavaScript: nobody outside can make two names or shapes meet. */
export let seed: u64 = 1;
let multiplier: u64 = 1;

/** Takes new keys, 64 random bits each. */
export function setKeys(first: u64, second: u64): void {
  seed = first;
  multiplier = second | 1;
}

@inline export function mix(hash: u64, word: u64): u64 {
  const h = rotl(hash ^ word, 29) * multiplier;
  return h ^ (h >> 32);
}

export function hashOf(hash: u64, start: usize, end: usize): u64 {
  const length = <u64>(end - start);
  for (; start + 8 <= end; start += 8) hash = mix(hash, load<u64>(start));
  const rest = <u64>(end - start) << 3;
  if (rest) hash = mix(hash, load<u64>(start) & (((<u64>1) << rest) - 1));
  return mix(hash, length);
}
