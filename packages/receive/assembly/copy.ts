import { stringEnd } from './values';

/** May write up to 15 bytes more. */
@inline export function copy(to: usize, from: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  return to + length;
}

/** A container without the white space between its values. */
export function copyTight(to: usize, from: usize, end: usize): usize {
  while (from < end) {
    const c = <u32>load<u8>(from);
    if (c == 0x22) {
      const close = stringEnd(from + 1) + 1;
      to = copy(to, from, close - from);
      from = close;
      continue;
    }
    if (c > 0x20) store<u8>(to++, c);
    from++;
  }
  return to;
}
