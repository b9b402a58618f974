import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { seeded } from '../template.ts';
import { RULES } from './index.ts';

/** An instruction of a compiled pattern; see foreign/program.ts. */
interface Instruction {
  op: number;
  out: number;
  arg: number;
  runes: Int32Array;
  matchRune(rune: number): boolean;
}
const MATCH = 6;
const FAIL = 5;

const isChoice = ({ op }: Instruction) => op === 1 || op === 2;
const takes = ({ op }: Instruction) => op >= 8 && op <= 11;

/** No text has it: what must be followed by it fails at the very end, after everything was tried. */
const NEVER = '\\x{e000}';
/** The engine that compiles them here has a limit for repetitions; what counts is how they nest. */
const MOST = 400;

function compiled({ source }: RegExp): { instructions: Instruction[]; start: number } {
  const plain = source
    .replace(/\(\?<(?![=!])\w+>/g, '(')
    .replace(/\(\?<?[=!](?:[^()\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\])*\)/g, `(?:${NEVER})?`)
    .replace(/\{(\d+)(,?)(\d*)\}/g, (_, least: string, comma: string, most: string) =>
      comma === '' || most === ''
        ? `{${Math.min(Number(least), MOST)}${comma}}`
        : `{${Math.min(Number(least), MOST / 2)},${Math.min(Number(most), MOST)}}`,
    );
  const { inst, start } = RE2JS.compile(`(?:${plain})${NEVER}`).re2().prog as {
    inst: Instruction[];
    start: number;
  };
  return { instructions: inst, start };
}

/** How many steps an engine takes that goes back wherever it can, as JavaScript's does, tried at the beginning of `text`. */
function steps({ instructions, start }: ReturnType<typeof compiled>, text: string, most: number): number {
  let count = 0;
  const stack: [at: number, place: number][] = [[start, 0]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    let [at, place] = next;
    for (; count < most; count++) {
      const one = instructions[at]!;
      if (one.op === MATCH || one.op === FAIL) break;
      if (isChoice(one)) stack.push([one.arg, place]);
      else if (takes(one) && !(place < text.length && one.matchRune(text.charCodeAt(place++)))) break;
      at = one.out;
    }
    if (count >= most) return count;
  }
  return count;
}

/** A text that the pattern walks through to its end, as long as it may be or by chance. */
function hostile(
  { instructions, start }: ReturnType<typeof compiled>,
  random: () => number,
  greed: number,
): string {
  let text = '';
  for (let at = start, guard = 0; guard < 20_000; guard++) {
    const one = instructions[at]!;
    if (one.op === MATCH || one.op === FAIL) break;
    if (isChoice(one)) at = random() < greed ? one.out : one.arg;
    else {
      if (takes(one)) {
        const rune = one.runes[0] ?? 0x61;
        if (rune === 0xe000) break;
        // The same letter wherever it may stand: what can be read in many ways is.
        text += one.runes.length > 1 && one.matchRune(0x61) ? 'a' : String.fromCodePoint(rune);
      }
      at = one.out;
    }
  }
  return text;
}

const patterns = RULES.flatMap((rule) => {
  const pattern =
    rule.by === 'pattern' || rule.by === 'name' ? rule.pattern : rule.by === 'issuer' ? rule.form : undefined;
  return pattern ? [[rule.kind, pattern] as const] : [];
});
/** Of one attempt: some hundred thousand steps are a millisecond. */
const LIMIT = 300_000;

describe('no pattern can be made slow', () => {
  it('a counter of steps tells one that can', () => {
    const worst = (pattern: RegExp) => {
      const program = compiled(pattern);
      return steps(program, hostile(program, seeded(1), 0.95), LIMIT);
    };
    expect(worst(/(?:a{1,20}){1,20}b/)).toBe(LIMIT);
    expect(worst(/x\w{1,400}-[a-z]{3}/)).toBeLessThan(LIMIT / 10);
  });

  it('of all that are shipped, in steps, whatever follows', () => {
    const random = seeded(7);
    let most = 0;
    for (const [kind, pattern] of patterns) {
      const program = compiled(pattern);
      for (const greed of [1, 0.95, 0.7]) {
        const text = hostile(program, random, greed);
        const count = Math.max(
          ...[text, `${text}${text}`, `${text}${'a'.repeat(800)}`].map((one) => steps(program, one, LIMIT)),
        );
        expect(count, `${kind} ${pattern.source}`).toBeLessThan(LIMIT);
        // Twice the text, no more steps: every pattern is bounded.
        expect(steps(program, `${text}${'a'.repeat(1600)}`, LIMIT), kind).toBeLessThanOrEqual(count);
        most = Math.max(most, count);
      }
    }
    console.log(`${patterns.length} patterns, at most ${most} steps`);
  });
});
