import { bitsOf, buildAutomaton, type Keyword, RUN_BITS } from '@tacet/detect';
import type { KernelExports } from './kernel.ts';

const KEYWORD = 64;
const KINDS = { run: 1, assignment: 2, credentials: 3 } as const;

/** Writes detection's keywords into the kernel's memory; see assembly/automaton.ts for the layout. */
export function loadKeywords(kernel: KernelExports, memory: Buffer, keywords: readonly Keyword[]): void {
  const { classes, next, width, ends } = buildAutomaton(keywords.map(({ text }) => text));
  const states = ends.length;
  // Accepting states last: then one comparison tells them.
  const order = [...ends.keys()].sort(
    (a, b) => Number(ends[a] !== undefined) - Number(ends[b] !== undefined),
  );
  const renamed = new Uint32Array(states);
  for (const [to, from] of order.entries()) renamed[from] = to;
  if (renamed[0] !== 0) throw new RangeError('the start state must not accept');

  const at = (global: WebAssembly.Global) => global.value as number;
  memory.fill(0, at(kernel.atClasses), at(kernel.atClasses) + 256);
  memory.set(classes, at(kernel.atClasses));
  for (let byte = 0; byte < 128; byte++) memory.writeUInt16LE(bitsOf(byte), at(kernel.atBits) + byte * 2);
  for (let byte = 128; byte < 256; byte++) memory.writeUInt16LE(0, at(kernel.atBits) + byte * 2);
  for (let state = 0; state < states; state++) {
    for (let column = 0; column < width; column++) {
      const target = renamed[next[state * width + column]!]! * width;
      memory.writeUInt32LE(target, at(kernel.atGoto) + (renamed[state]! * width + column) * 4);
    }
  }

  const firstAccepting = ends.filter((end) => end === undefined).length;
  let hit = 0;
  for (let state = firstAccepting; state < states; state++) {
    memory.writeUInt16LE(hit, at(kernel.atAccept) + (state - firstAccepting) * 2);
    for (const number of ends[order[state]!]!) memory.writeUInt16LE(number, at(kernel.atHits) + 2 * hit++);
    memory.writeUInt16LE(0xffff, at(kernel.atHits) + 2 * hit++);
  }
  for (const [index, keyword] of keywords.entries()) {
    writeKeyword(memory.subarray(at(kernel.atKeywords) + index * KEYWORD), keyword);
  }
  kernel.setAutomaton(width, firstAccepting);
}

function writeKeyword(to: Buffer, { text, exact, start, next }: Keyword): void {
  to.fill(0, 0, KEYWORD);
  to[0] = next ? KINDS[next.kind] : 0;
  to[1] = start ? 1 : 0;
  to[2] = text.length;
  to[3] = exact === undefined ? 0 : 1;
  if (next?.kind === 'run') {
    to.writeUInt16LE(RUN_BITS[next.class], 4);
    to.writeUInt16LE(next.min, 6);
  } else if (next?.kind === 'assignment') to.writeUInt16LE(next.within, 6);
  if (exact !== undefined) to.write(exact, 16, 'latin1');
}
