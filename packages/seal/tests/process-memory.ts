import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** What can be read of a stretch of memory; a page that cannot is passed over. */
function readMemory(file: number, start: number, end: number): Buffer {
  const out = Buffer.alloc(end - start);
  for (let at = start; at < end; ) {
    try {
      const read = readSync(file, out, at - start, end - at, at);
      if (read === 0) break;
      at += read;
    } catch {
      at += 4096 - (at % 4096);
    }
  }
  return out;
}

const STEP = 16 << 20;

/** How often each pattern stands in the writable memory of a process. */
export function countInMemory(pid: number, patterns: ReadonlyMap<string, Uint8Array>): Map<string, number> {
  const found = new Map([...patterns.keys()].map((name) => [name, 0]));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (from === undefined) continue;
    const end = Number.parseInt(to!, 16);
    for (let at = Number.parseInt(from, 16); at < end; at += STEP) {
      const piece = readMemory(memory, at, Math.min(at + STEP + 64, end));
      for (const [name, pattern] of patterns) {
        for (
          let hit = piece.indexOf(pattern);
          hit >= 0 && hit < STEP;
          hit = piece.indexOf(pattern, hit + 1)
        ) {
          found.set(name, found.get(name)! + 1);
        }
      }
    }
  }
  closeSync(memory);
  return found;
}
