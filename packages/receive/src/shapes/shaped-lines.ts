import { randomFillSync } from 'node:crypto';
import { codeOf, encodeRow, type Json } from '@tacet/records';
import type { Limits } from '../limits.ts';
import type { LineReader } from '../lines/line.ts';
import { isObject, type Members } from '../members.ts';
import { timeOfMillis, timeOfValue } from '../time.ts';
import { INSTEAD, instantiateLineKernel, LEFT, type LineKernel, SLOW, UNKNOWN_FAMILY } from './kernel.ts';
import { learnDeciders, learnPlan, leavesOf, OPENED, OTHER_TIMES, type Plan } from './learn.ts';
import type { Leaf } from './treatment.ts';

const MAX_TIME_BYTES = 66;
/** The kernel's tables are never more than half full. */
const MAX_LEARNED = 1_500;
/** Beyond so many lessons, one is given for every so many lines: shapes without end are the reader's. */
const FREE_LESSONS = 256;
const LINES_A_LESSON = 32;

/**
 * Turns JSON lines into rows without making objects of them, when it has seen lines of the same shape: the same
 * names, the same classes of values. What each shape becomes is learned from the reader, whose rows these are,
 * byte for byte. Every other line is left to the reader.
 */
export class ShapedLines {
  readonly #reader: LineReader;
  readonly #kernel: LineKernel = instantiateLineKernel();
  readonly #memory = Buffer.from(this.#kernel.memory.buffer);
  readonly #words = new Uint32Array(this.#kernel.memory.buffer);
  readonly #line: number = this.#kernel.atLine.value;
  readonly #row: number = this.#kernel.atRow.value;
  readonly #leaves: number = this.#kernel.atLeaves.value >> 2;
  readonly #times: { time: KeptText; duration: KeptText };
  readonly #maxLine: number;
  readonly #plans = new Map<number, Plan>();
  #free = 0;
  #lines = 0;
  #lessons = 0;
  #learned = 0;
  #lastRaw = '';
  #lastTime = '';

  constructor(reader: LineReader, limits: Limits) {
    this.#reader = reader;
    // Far below what the reader refuses, so that both refuse the same.
    const roomy = limits.fields >= 2_000 && limits.depth >= 24;
    this.#maxLine = roomy ? Math.min(this.#kernel.lineSize.value, Math.floor(limits.eventBytes / 8)) : 0;
    this.#times = {
      time: new KeptText(this.#memory, this.#kernel.atTime.value),
      duration: new KeptText(this.#memory, this.#kernel.atDuration.value),
    };
    this.#forget();
  }

  /**
   * The row of a line, in memory that the next call overwrites; undefined when the reader must read it.
   *
   * @param now milliseconds since 1970, for lines without a time
   */
  row(line: Buffer, now: number): Buffer | undefined {
    if (line.length > this.#maxLine) return undefined;
    this.#lines++;
    line.copy(this.#memory, this.#line);
    let at = this.#kernel.scan(line.length);
    if (at < 0) at = this.#learn(line, at, now);
    return at === LEFT ? undefined : this.#emit(at, now);
  }

  #emit(at: number, now: number): Buffer | undefined {
    const { time, end, nanos } = this.#plans.get(at)!;
    const begins = time === undefined ? timeOfMillis(now) : this.#timeOf(time, nanos);
    if (begins === undefined) return undefined;
    let digits = 0;
    if (end !== undefined) {
      const ends = this.#timeOf(end, false);
      const duration = ends === undefined ? -1 : Number(BigInt(ends) - BigInt(begins));
      if (duration < 0) return undefined;
      digits = this.#times.duration.put(String(duration));
    }
    const length = this.#kernel.emit(at, this.#times.time.put(begins), digits);
    return this.#memory.subarray(this.#row, this.#row + length);
  }

  /** The time that a leaf holds, in decimal nanoseconds; undefined when it is none. */
  #timeOf(leaf: number, nanos: boolean): string | undefined {
    const start = this.#words[this.#leaves + leaf * 4 + 1]!;
    const end = this.#words[this.#leaves + leaf * 4 + 2]!;
    if (end - start > MAX_TIME_BYTES) return undefined;
    const raw = this.#memory.toString('latin1', start, end);
    // In both readings of a number, 19 digits are nanoseconds.
    if (/^"[1-9]\d{18}"$/.test(raw)) return raw.slice(1, -1);
    if (nanos) return undefined;
    if (raw === this.#lastRaw) return this.#lastTime;
    const time = timeOf(raw.startsWith('"') ? raw.slice(1, -1) : Number(raw));
    if (time === undefined) return undefined;
    this.#lastRaw = raw;
    this.#lastTime = time;
    return time;
  }

  /** The address of the plan for the line in the kernel, after a lesson, or LEFT. */
  #learn(line: Buffer, unknown: number, now: number): number {
    if (this.#lessons > FREE_LESSONS && this.#lessons * LINES_A_LESSON > this.#lines) return LEFT;
    this.#lessons++;
    if (this.#learned >= MAX_LEARNED) {
      this.#forget();
      line.copy(this.#memory, this.#line);
      this.#kernel.scan(line.length);
    }
    const value = JSON.parse(line.toString('utf8')) as Json;
    const parsed = isObject(value) ? value : undefined;
    const leaves = parsed && leavesOf(parsed, this.#classes());
    if (unknown === UNKNOWN_FAMILY) {
      this.#learned++;
      const deciders = leaves && learnDeciders(parsed, leaves);
      const at =
        deciders &&
        this.#write([
          deciders.literals.length,
          ...deciders.literals,
          deciders.pairs.length,
          ...deciders.pairs.flat(),
        ]);
      this.#kernel.learnFamily(at ?? SLOW);
      if (at === undefined) return LEFT;
      const known = this.#kernel.planOf(at);
      if (known >= 0) return known;
    }
    try {
      return leaves ? this.#learnVariant(parsed, leaves, line, now) : LEFT;
    } catch (error) {
      // The line is refused; what its shape becomes is not known.
      if (codeOf(error) === undefined) throw error;
      return LEFT;
    }
  }

  /** Keeps a plan once it gave the reader's row for the line that it was learned from. */
  #learnVariant(parsed: Members, leaves: Leaf[], line: Buffer, now: number): number {
    const plan = learnPlan(this.#reader, parsed, leaves);
    if (plan === OTHER_TIMES) return LEFT;
    this.#learned++;
    const at = plan && this.#writePlan(plan);
    if (at !== undefined) {
      this.#plans.set(at, plan!);
      const row = this.#emit(at, now);
      const expected = encodeRow(this.#reader.parse(line.toString('utf8'), now));
      if (row?.toString('utf8') === expected) {
        this.#kernel.learnVariant(at);
        return at;
      }
      this.#plans.delete(at);
    }
    this.#kernel.learnVariant(SLOW);
    return LEFT;
  }

  #classes(): number[] {
    return Array.from(
      { length: this.#kernel.leafCount() },
      (_, leaf) => this.#words[this.#leaves + leaf * 4]!,
    );
  }

  #writePlan({ pieces }: Plan): number | undefined {
    const words: number[] = [pieces.length];
    for (const { text, next } of pieces) {
      const bytes = Buffer.from(text);
      const at = this.#reserve(bytes.length);
      if (at === undefined) return undefined;
      bytes.copy(this.#memory, at);
      words.push(at, bytes.length, typeof next === 'number' ? next : INSTEAD[next]);
    }
    return this.#write(words);
  }

  /** Puts words into the kernel's memory; undefined when there is no room. */
  #write(words: number[]): number | undefined {
    const at = this.#reserve(words.length * 4);
    if (at !== undefined) this.#words.set(words, at >> 2);
    return at;
  }

  #reserve(bytes: number): number | undefined {
    const at = this.#free;
    const end = (at + bytes + 3) & ~3;
    // Copies read up to 15 bytes further.
    if (end + 16 > this.#kernel.learnedEnd.value) return undefined;
    this.#free = end;
    return at;
  }

  #forget(): void {
    const [seed, multiplier] = randomFillSync(new BigUint64Array(2));
    this.#kernel.forget(seed!, multiplier!);
    this.#plans.clear();
    this.#free = this.#kernel.atLearned.value;
    this.#learned = 0;
    for (const name of OPENED) this.#kernel.open(this.#memory.write(name, this.#line));
  }
}

/** A short text in the kernel's memory, written when it changes. */
class KeptText {
  readonly #memory: Buffer;
  readonly #at: number;
  #text = '';

  constructor(memory: Buffer, at: number) {
    this.#memory = memory;
    this.#at = at;
  }

  /** @returns its length */
  put(text: string): number {
    if (text !== this.#text) this.#memory.write(text, this.#at, 'latin1');
    this.#text = text;
    return text.length;
  }
}

/** A time that is refused is the reader's to refuse. */
function timeOf(value: string | number): string | undefined {
  try {
    return timeOfValue(value);
  } catch {
    return undefined;
  }
}
