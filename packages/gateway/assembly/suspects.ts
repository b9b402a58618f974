// Which strings of a row hold a keyword of detection: only those need be looked into.
import { findAll, foundCount } from './keywords';
import { FOUND, FOUND_MAX } from './layout';
import { closingQuote } from './walk';

/** By address. Hits come nearly in order: none is further from its place than a keyword is long. */
function sort(count: u32): void {
  for (let i: usize = 8; i < <usize>count * 8; i += 8) {
    const hit = load<u64>(FOUND + i);
    let to = i;
    for (; to > 0 && load<u32>(FOUND + to - 8) > <u32>hit; to -= 8) store<u64>(FOUND + to, load<u64>(FOUND + to - 8));
    store<u64>(FOUND + to, hit);
  }
}

/**
 * Writes to FOUND the keywords of the row [start, end) as `findAll` does, in order, and behind them where those strings begin
 * and end, quotes included (u32 each), in which a keyword stands. Returns how many strings, or -1 when there are too many
 * keywords to tell.
 */
export function findStrings(start: usize, end: usize): i32 {
  if (findAll(start, start, end) < end) return -1;
  const found = foundCount();
  // Each may have a string of its own, which stands behind them all.
  if (found * 2 > FOUND_MAX) return -1;
  sort(found);
  const strings = FOUND + <usize>found * 8;
  let passed: usize = 0;
  let kept: usize = 0;
  for (let open = start; passed < found && open < end; open++) {
    if (load<u8>(open) != 0x22) continue;
    const close = closingQuote(open + 1);
    let held = false;
    for (; passed < found && <usize>load<u32>(FOUND + passed * 8) <= close; passed++)
      held = held || <usize>load<u32>(FOUND + passed * 8) > open;
    if (held) {
      store<u32>(strings + kept * 8, <u32>open);
      store<u32>(strings + kept * 8, <u32>close + 1, 4);
      kept++;
    }
    open = close;
  }
  return <i32>kept;
}
